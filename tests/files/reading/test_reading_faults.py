"""A corpus of wrong input: where, what, and what would be right."""

from __future__ import annotations

import pytest
from steppe import DEMAND, SCENARIO, TOPOLOGY

NODE = "country: KZ, lat: 43, lon: 76"
SITE = "node: almaty, status: operating, compute: 5 P"
LINK = "ends: [almaty, khorgos], kind: terrestrial, capacity: 1 Gbps"


def node(fields: str) -> str:
    return TOPOLOGY.replace("nodes:\n", f"nodes:\n  x: {{{fields}}}\n")


def site(fields: str) -> str:
    return TOPOLOGY.replace("sites:\n", f"sites:\n  x: {{{fields}}}\n")


def link(fields: str) -> str:
    return TOPOLOGY.replace("links:\n", f"links:\n  x: {{{fields}}}\n")


def cable(fields: str) -> str:
    return TOPOLOGY.replace("cables:\n", f"cables:\n  x: {{{fields}}}\n")


def risk(fields: str) -> str:
    return TOPOLOGY.replace("risks:\n", f"risks:\n  x: {{{fields}}}\n")


@pytest.mark.parametrize(
    ("topology", "words"),
    [
        (node(f"{NODE}, wieght: 2"), "nodes.x.wieght: unknown key: did you mean 'weight'?"),
        (node("lat: 43, lon: 76"), "nodes.x.country: is missing"),
        (node("country: kz, lat: 1, lon: 1"), "'kz' is no country code: did you mean 'KZ'?"),
        (node("country: Kazakhstan, lat: 1, lon: 1"), "'Kazakhstan' is no country code: did you mean 'KZ'?"),
        (node("country: Kazahstan, lat: 1, lon: 1"), "did you mean 'KZ'?"),
        (node("country: KAZ, lat: 1, lon: 1"), "did you mean 'KZ'?"),
        (node("country: Казахстан, lat: 1, lon: 1"), "did you mean 'KZ'?"),
        (node("country: 哈萨克斯坦, lat: 1, lon: 1"), "did you mean 'KZ'?"),
        (node("country: الصين, lat: 1, lon: 1"), "did you mean 'CN'?"),
        (node("country: Allemagne, lat: 1, lon: 1"), "did you mean 'DE'?"),
        (node("country: Atlantis, lat: 1, lon: 1"), "write two capital letters (ISO 3166-1), such as 'KZ'"),
        (node("country: KZ, lat: 95, lon: 1"), "nodes.x.lat: '95' is too large: write 90 or less"),
        (node("country: KZ, lat: 5N, lon: 1"), "'5N' is no plain number: write 5"),
        (node("country: KZ, lat: 43.5° S, lon: 1"), "write -43.5"),
        (node('country: KZ, lat: "43°30\'00 S", lon: 1'), "is no plain number"),
        (node('country: KZ, lat: "43°30\'S", lon: 1'), "write -43.5"),  # 30 minutes are half a degree
        (node("country: KZ, lat: 43°30′36″ S, lon: 1"), "write -43.51"),  # 36 seconds are a hundredth
        (node("country: KZ, lat: '43,24', lon: 1"), "'43,24' is no plain number: write 43.24"),
        (node("country: KZ, lat: [], lon: 1"), "nodes.x.lat: is a list: write one value"),
        (node("country: KZ, lat: , lon: 1"), "nodes.x.lat: is empty"),
        (node(f"{NODE}, timezone: Asia/Almatty"), "did you mean 'Asia/Almaty'?"),
        (node(f"{NODE}, timezone: ../etc"), "is no time zone"),
        (node(f"{NODE}, timezone: UTC+5"), "write 'Etc/GMT-5', or a name such as Asia/Almaty"),
        (node(f"{NODE}, population: 2"), "nodes.x.population: unknown key: did you mean 'weight'?"),
        (site(f"{SITE}, load: 0.3, idle: 0.5"), "sites.x.idle: 0.5 is above load (0.3)"),
        (site(f"{SITE}, load: 1.2"), "sites.x.load"),
        (
            site(f"{SITE}, electricity: {{profile: diurnal}}"),
            "electricity.price: is missing: write price beside",
        ),
        (site(f"{SITE}, carbon: {{intensity: 5 g/kWh, price: 1}}"), "sites.x.carbon.price: unknown key"),
        (site(f"{SITE}, carbon: {{intensity: 5 g/kWh, profile: [1, 1]}}"), "sites.x.carbon: has 2 factors: write 24"),
        (
            site(f"{SITE}, electricity: {{price: 5 g/kWh, profile: flat}}"),
            "sites.x.electricity.price: '5 g/kWh' is not a price",
        ),
        (site(f"{SITE}, embodied: 150 kg"), "sites.x.embodied"),
        (
            site("node: khorgos, status: operating, compute: 5 P, carbon: {intensity: 5 g/kWh, profile: diurnal}"),
            "nodes.khorgos.timezone: is missing, and the carbon of site 'x' has a rhythm: write one such as",
        ),
        (site(f"{SITE}, power: {{seasons: }}"), "sites.x.power.seasons: empty names no season"),
        (
            site(f"{SITE}, power: {{seasons: {{Winter: 5 MW}}}}"),
            "seasons.Winter: 'Winter' is no identifier",
        ),
        (site(f"{SITE}, power: {{seasons: {{winter: 5 kg}}}}"), "sites.x.power.seasons.winter: "),
        (
            site(f"{SITE}, power: {{2026: {{seasons: {{a: 5 MW, b: 2 MW}}}}, 2030: {{seasons: {{a: 5 MW}}}}}}"),
            "sites.x.power.2030: speaks of a: write the same seasons in all years: a, b",
        ),
        (site(f"{SITE}, pue: {{seasons: {{winter: 1.2}}}}"), "sites.x.pue.seasons: 'seasons' is no year"),
        (
            TOPOLOGY.replace("topology: steppe", "topology: steppe\nseasons: {winter: 100 days}"),
            "have 100 days",
        ),
        (site("node: almaty, status: existing, compute: 5 P"), "'existing' is unknown: did you mean 'operating'?"),
        (site("node: almaty, status: operating, compute: [5 P]"), "write one value, or a map of years"),
        (node(f"{NODE}, weight: -1"), "'-1' is too small: write 0 or more"),
        (node(f"{NODE}, source: survye"), "there is no source 'survye': did you mean 'survey'?"),
        (node(f"{NODE}, confidence: sure"), "nodes.x.confidence: 'sure' is unknown"),
        (TOPOLOGY.replace("  khorgos: {", "  khor--gos: {"), "holds '--'"),
        (TOPOLOGY.replace("  khorgos: {", "  '12': {"), "'12' is no identifier"),
        (TOPOLOGY.replace("  khorgos: {", "  Khorgos: {"), "'Khorgos' is no identifier: write 'khorgos'"),
        (TOPOLOGY.replace("sites:", "sitse:"), "sitse: unknown key: did you mean 'sites'?"),
        (
            site("node: almaty, status: operating, compute: 2000"),
            "sites.x.compute: '2000' has no unit: write for example",
        ),
        (site("node: almaty, status: operating"), "sites.x.compute: is missing"),
        (site("node: almatty, status: operating, compute: 5 P"), "there is no node 'almatty': did you mean 'almaty'?"),
        (site(f"{SITE}, powr: 30 MW"), "sites.x.powr: unknown key: did you mean 'power'?"),
        (site("node: almaty, status: operatng, compute: 5 P"), "did you mean 'operating'?"),
        (site("node: almaty, status: planned, compute: 5 P"), "sites.x.from: is missing, and the site is planned"),
        (site(f"{SITE}, from: 2030, until: 2026"), "sites.x.until: 2026 is before from (2030)"),
        (site(f"{SITE}, from: soon"), "'soon' is no year"),
        (site(f"{SITE}, pue: 0.9"), "sites.x.pue: '0.9' is out of range: write 1 or more"),
        (site(f"{SITE}, watts: {{2026: 1 kW/PFLOPS}}"), "sites.x.watts: is a map"),
        (site(f"{SITE}, electricity: {{}}"), "is an empty map of years"),
        (site(f"{SITE}, electricity: {{later: 1 USD/kWh}}"), "'later' is no year"),
        (site(f"{SITE}, serves: inference"), "'inference' is no list: write [inference]"),
        (site(f"{SITE}, serves: [inference, inference]"), "'inference' is listed twice"),
        (site(f"{SITE}, sparse: maybe"), "neither true nor false"),
        (site(f"{SITE}, accelerators: {{a100: 5}}"), "stands beside accelerators"),
        (site("node: almaty, status: operating, accelerators: {a10: 5}"), "no accelerator 'a10' in the catalogue: did"),
        (site("node: almaty, status: operating, accelerators: {a100: 0}"), "write 1 or more"),
        (site("node: almaty, status: operating, accelerators: {a100: 5}, precision: fp8"), "no meaning beside"),
        (site("node: almaty, status: operating, accelerators: {a100: 5}, chip: a100"), "no meaning beside"),
        (
            site(f"{SITE}, chip: h10"),
            "sites.x.chip: there is no accelerator 'h10' in the catalogue: did you mean 'h100'?",
        ),
        (site(f"{SITE}, chip: zzzz"), "'planner catalogue list' shows all"),
        (
            site(f"{SITE}, chip: a100, precision: fp8"),
            "sites.x.precision: the catalogue lists no fp8 for a100: write one of fp16, bf16, int8, tf32, or leave out",
        ),
        (
            site(f"{SITE}, chip: h100, precision: fp4, sparse: true"),
            "sites.x.precision: the catalogue lists no fp4 for h100: write one of fp16, bf16, fp8, int8, tf32",
        ),
        (
            site(f"{SITE}, chip: ascend-910c, sparse: true"),
            "sites.x.sparse: the catalogue lists no sparse bf16 for ascend-910c: write the dense figure",
        ),
        (
            site(f"{SITE}, chip: ascend-950dt"),
            "sites.x.watts: is missing, and the catalogue has no power of ascend-950dt: write for example 'watts: 1.5",
        ),
        (
            site(f"{SITE}, expansion: [{{capex: 1 MUSD/step}}]"),
            "expansion.0.capex: is a price per step, but there is no",
        ),
        (site(f"{SITE}, expansion: [{{step: 9 P, max: 5 P}}]"), "expansion.0.max: is less than one step"),
        (site(f"{SITE}, expansion: [{{max: 5 P, project: p}}]"), "there is no project 'p'"),
        (site(f"{SITE}, expansion: [{{max: 5 Gbps}}]"), "is not an amount of compute"),
        (link("ends: [almaty, almaty], kind: terrestrial, capacity: 1 Gbps"), "links.x.ends: both are 'almaty'"),
        (link("ends: [almaty], kind: terrestrial, capacity: 1 Gbps"), "links.x.ends: has 1 entries: write 2"),
        (link("ends: [almaty, khorgas], kind: terrestrial, capacity: 1 Gbps"), "did you mean 'khorgos'?"),
        (
            link("ends: [almaty, khorgos], kind: satellite, capacity: 1 Gbps"),
            "links.x.rtt: is missing, and the link is",
        ),
        (link(f"{LINK}, usable_by: [UK]"), "'UK' is no country"),
        (link(f"{LINK}, project: p"), "there is no project 'p'"),
        (link(f"{LINK}, length: {{2026: 5 km}}"), "links.x.length: is a map"),
        (
            link("ends: [almaty, khorgos], kind: terrestrial"),
            "capacity: is missing: write for example 'capacity: 400 Gbps",
        ),
        (cable("route: [almaty, khorgos]"), "has no capacity"),
        (cable("capacity: 1 Gbps, route: [almaty]"), "fewer than two landings"),
        (cable("capacity: 1 Gbps, route: [almaty, khorgoss]"), "did you mean 'khorgos'?"),
        (cable("capacity: 1 Gbps, route: [oslo, almaty], branches: [[almaty, oslo]]"), "stands twice"),
        (cable("capacity: 1 Gbps, route: [oslo, almaty], segments: {oslo--almat: {}}"), "did you mean 'oslo--almaty'?"),
        (TOPOLOGY.replace("  ring:", "  link:"), "cables.link: is a prefix of ids"),
        (risk("fails: []"), "risks.x.fails"),
        (risk("fails: [changi]"), "did you mean 'changji'?"),
        (risk("fails: ['site:ring']"), "there is no site 'site:ring'"),
        (risk("fails: ['risk:x']"), "risks.x.fails: fails itself in a circle"),
    ],
)
def test_a_wrong_topology_says_what_would_be_right(faults_of, topology: str, words: str) -> None:
    assert any(words in fault for fault in faults_of(topology=topology))


def workload(fields: str) -> str:
    return DEMAND.replace("workloads:\n", f"workloads:\n  x: {{{fields}}}\n")


def demand(fields: str) -> str:
    return DEMAND + f"  - {{{fields}}}\n"


@pytest.mark.parametrize(
    ("demand", "words"),
    [
        (workload("kind: inference"), "workloads.x.unserved: is missing"),
        (workload("kind: inference, unserved: 5 USD/Gbps/year"), "is not a price of compute per year"),
        (workload("kind: traffic, unserved: 5 USD/PFLOPS/year"), "is not a price of capacity per year"),
        (workload("kind: traffic, unserved: required, min_cluster: 5 P"), "min_cluster: has no meaning for traffic"),
        (
            workload("kind: traffic, unserved: required, min_cluster: 5 cards"),
            "min_cluster: has no meaning for traffic",
        ),
        (workload("kind: training, unserved: required, min_cluster: 5 cardz"), "write for example '1000 cards'"),
        (workload("kind: training, unserved: required, min_cluster: 5 Cards"), "did you mean 'cards'?"),
        (
            workload("kind: training, unserved: required, min_cluster: 5 GPUs"),
            "is not an amount of compute: write for example '2000 PFLOPS', or '1000 cards'",
        ),
        (workload("kind: training, unserved: required, min_cluster: -5 cards"), "'-5 cards' is negative"),
        (workload("kind: training, unserved: required, profile: diurnal"), "profile: has no meaning for training"),
        (workload("kind: inference, unserved: required, profile: diurnl"), "did you mean 'diurnal'?"),
        (workload("kind: inference, unserved: required, profile: [1, 1]"), "has 2 factors: write 24"),
        (workload("kind: inference, unserved: required, survives: 1.5"), "'1.5' is too large"),
        (workload("kind: inference, unserved: required, max_rtt: {2026: 5 ms}"), "max_rtt: is a map"),
        (workload("kind: inference, unserved: required, traffic: {2026: 5 Gbps/PFLOPS}"), "traffic: is a map"),
        (demand("origin: KX, workload: chat, compute: 1 P"), "demands.2.origin: no node lies in 'KX'"),
        (demand("origin: almatty, workload: chat, compute: 1 P"), "did you mean 'almaty'?"),
        (demand("origin: KZ, workload: chatt, compute: 1 P"), "there is no workload 'chatt': did you mean 'chat'?"),
        (demand("origin: KZ, workload: chat, compute: 1 P"), "KZ/chat is there already, at demand.yaml:7:5"),
        (demand("origin: CN, workload: chat"), "demands.2.compute: is missing, for inference"),
        (demand("origin: CN, workload: chat, rate: 1 Gbps"), "demands.2.rate: has no meaning for inference"),
        (demand("origin: urumqi, to: oslo, workload: internet, compute: 1 P"), "compute: has no meaning for traffic"),
        (demand("origin: urumqi, workload: internet, rate: 1 Gbps"), "demands.2.to: is missing, for traffic"),
        (demand("origin: oslo, to: oslo, workload: internet, rate: 1 Gbps"), "is the origin itself"),
        (demand("origin: CN, to: oslo, workload: internet, rate: 1 Gbps"), "there is no node 'CN'"),
        (demand("origin: CN, workload: chat, compute: 1 P, hosts: [KKZ]"), "'KKZ' is no host: did you mean 'KZ'?"),
        (demand("origin: CN, workload: chat, compute: 1 P, hosts: ['site:x']"), "there is no site 'x'"),
    ],
)
def test_a_wrong_demand_says_what_would_be_right(faults_of, demand: str, words: str) -> None:
    assert any(words in fault for fault in faults_of(demand=demand))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("varants: {}", "varants: unknown key: did you mean 'variants'?"),
        ("hours: 5", "hours: '5' blocks do not divide the day"),
        ("objective: costs", "objective: 'costs' is unknown: did you mean 'cost'?"),
        ("objective: [served, costs]", "objective.1: 'costs' is unknown"),
        ("count: [operating, candidate]", "count.1: 'candidate' is unknown"),
        ("community: {members: [KX]}", "community.members.0: no node lies in 'KX'"),
        ("community: {target: 2000}", "community.target: '2000' has no unit"),
        ("finance: {discount_rate: 8%}", "'8%' is no plain number: write 0.08"),
        ("finance: {currency: dollars}", "finance.currency"),
        ("limits: {site_fill: 1.5}", "limits.site_fill: '1.5' is out of range: write more than 0, up to 1"),
        ("limits: {sites: 1.5}", "limits.sites: '1.5' is no whole number"),
        ("limits: {capex: {2026: 1 MUSD}}", "limits.capex: is a map"),
        ("policy: {residency: [{origin: [KX], hosts: any}]}", "policy.residency.0.origin.0: no node lies in 'KX'"),
        ("policy: {residency: [{workload: [chut], hosts: any}]}", "did you mean 'chat'?"),
        ("policy: {residency: [{data: [medcal], hosts: any}]}", "there is no kind of data 'medcal': did you mean 'med"),
        ("policy: {residency: [{hosts: hom}]}", "policy.residency.0.hosts: 'hom' is unknown: did you mean 'home'?"),
        ("policy: {residency: [{hosts: [home]}]}", "'home' is no host of a list: write home alone, without brackets"),
        ("policy: {residency: [{hosts: ['site:chanji']}]}", "there is no site 'chanji': did you mean 'changji'?"),
        ("policy: {residency: [{hosts: home, premium: 0.1}]}", "premium: never counts"),
        (
            "policy: {residency: [{id: x, hosts: any}, {id: x, hosts: any}]}",
            "policy.residency.1.id: 'x' is there already",
        ),
        ("policy: {transit: [{avoid: [UK]}]}", "policy.transit.0.avoid.0: 'UK' is no country: did you mean 'GB'?"),
        ("policy: {floor: {served_share: 80}}", "policy.floor.served_share: '80' is too large"),
        ("contingencies: link", "contingencies: 'link' is unknown: did you mean 'links'?"),
        (
            "contingencies: [ringg]",
            "contingencies.0: there is no link or cable or site or risk or group 'ringg': did you mean",
        ),
        ("contingencies: [ring, 'cable:ring']", "contingencies.1: 'cable:ring' stands twice"),
        ("extends: other.yaml", "scenario.yaml:6:10: extends: 'other.yaml' there is no such file"),
    ],
)
def test_a_wrong_scenario_says_what_would_be_right(faults_of, more: str, words: str) -> None:
    assert any(words in fault for fault in faults_of(scenario=f"{SCENARIO}{more}\n"))


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ("2035-2026", "years: '2035-2026' runs backwards: write 2026-2035"),
        ("[2026, 2026]", "years: lists a year twice"),
        ("[]", "years: is empty"),
        ("[soon]", "years.0: 'soon' is no year"),
        ("2027, 2030", "years: '2027, 2030' is no year: write [2027, 2030]"),
        ("2027; 2030; 2035", "write [2027, 2030, 2035]"),
        ("2027 - 2030", "years: '2027 - 2030' is no year: write 2027-2030"),
        ("2027\u20132030", "write 2027-2030"),
        ("[2026, 2027 to 2030]", "years.1: '2027 to 2030' is no year: write 2027-2030"),
    ],
)
def test_wrong_years_say_what_would_be_right(faults_of, years: str, words: str) -> None:
    assert any(words in fault for fault in faults_of(scenario=SCENARIO.replace("[2026, 2030]", years)))


def test_the_faults_of_all_files_come_in_one_go_sorted_by_file_and_line(faults_of) -> None:
    faults = faults_of(
        scenario=SCENARIO + "hours: 5\n",
        topology=site(f"{SITE}, powr: 30 MW"),
        demand=demand("origin: KX, workload: chat, compute: 1 P"),
    )
    assert [fault.split(": ")[0] for fault in faults] == [
        "demand.yaml:9:14",
        "scenario.yaml:6:8",
        "topology.yaml:11:54",
    ]


def test_several_faults_of_one_record_are_all_told(faults_of) -> None:
    faults = faults_of(topology=link("ends: [almaty, x], kind: fibre, capacity: 10, project: p"))
    assert len(faults) == 4


def test_a_missing_file_is_told_where_it_is_named_and_its_names_are_not_missed(faults_of) -> None:
    faults = faults_of(scenario=SCENARIO.replace("[topology.yaml]", "[topolgy.yaml]"))
    assert faults == [
        "scenario.yaml:3:12: topology: 'topolgy.yaml' there is no such file: did you mean 'topology.yaml'?"
    ]


def test_an_ambiguous_name_must_carry_its_prefix(faults_of) -> None:
    topology = TOPOLOGY.replace("  changji: {", "  ring: {")
    (fault,) = faults_of(topology=topology, scenario=SCENARIO + "contingencies: [ring]\n")
    assert fault.endswith("'ring' is ambiguous: write cable:ring or site:ring")


def test_a_profile_that_is_not_flat_needs_the_time_zones_of_its_nodes(faults_of) -> None:
    demand = DEMAND.replace("kind: inference,", "kind: inference, profile: diurnal,")
    (fault,) = faults_of(demand=demand)
    assert "nodes.khorgos.timezone: is missing, and the profile of 'chat' is not flat" in fault


def test_weights_that_are_all_zero_leave_a_country_without_nodes_to_ask(faults_of) -> None:
    topology = TOPOLOGY.replace("{country: KZ,", "{country: KZ, weight: 0,")
    (fault,) = faults_of(topology=topology)
    assert "KZ/chat: all nodes of KZ have the weight 0" in fault


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("urumqi: {country: CN", "urumqi: {country: China"),  # no "no node lies in 'CN'" beside it
        ("  oslo: {", "  Oslo: {"),  # nor "there is no node 'oslo'", though a cable and a demand name it
    ],
)
def test_one_slip_is_one_fault(faults_of, old: str, new: str) -> None:
    scenario = f"{SCENARIO}community: {{members: [KZ, CN, NO]}}\n"
    assert len(faults_of(topology=TOPOLOGY.replace(old, new), scenario=scenario)) == 1


def test_files_named_without_a_list_are_one_fault(faults_of) -> None:
    """What they hold is not missed then."""
    (fault,) = faults_of(scenario=SCENARIO.replace("[topology.yaml]", "topology.yaml"))
    assert fault.endswith("topology: 'topology.yaml' is no list: write [topology.yaml]")
