"""The sentences stored in a run, as templates: reasons, notes, why there is no plan, and warnings of its topology.

They are written in English into tables and manifests, by `Phrase.say`; a report in another language reads them back
with `read_phrase` and says them anew (planner/report/language/phrases.py). What a field looks like follows from its
name, see `templates.SHAPES`, or from its format, which makes it a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.plan.templates import Phrase

if TYPE_CHECKING:
    pass

ALSO, LISTED = "; ", ", "
"""What joins the reasons of parts and what is added to a reason, and what joins full limits."""
STATUSES = ("operating", "building", "planned", "candidate")
TOO_DEAR = "cheaper unserved"
"""What reasons begin with where it is the price that keeps work from being served."""
KINDS = ("inference", "training", "traffic", "submarine", "microwave", "satellite")
"""Words of the file format that sentences hold."""


# Why something is not served: the rule that leaves no path.
NO_SITE_TAKES = Phrase("no site takes {kind}")
NO_SITE_OFFERS = Phrase("no site takes {kind} and offers {offers}")
RESIDENCY = Phrase("residency: no site that takes it is allowed")
RESIDENCY_WITHIN = Phrase("residency: no site that takes it is allowed within its own hosts [{hosts}]")
TOO_FAR = Phrase(
    "no site within latency: the nearest allowed one, {site}, is at {rtt_ms:.1f} ms, the limit is {max_rtt_ms:g} ms"
)
RESIDENCY_KEEPS_NEAR = Phrase("residency keeps it from {site} at {rtt_ms:.1f} ms")
HOSTS_KEEP_NEAR = Phrase("its own hosts keep it from {site} at {rtt_ms:.1f} ms")
TRANSIT_KEEPS = Phrase("without the transit rule it would be near enough")
TRANSIT = Phrase("transit: every way to an allowed site crosses a country to avoid")
THROUGH_KEEPS = Phrase("through places that sell no through traffic it would be near enough")
THROUGH = Phrase("through: every way to an allowed site leads through a place that sells no through traffic")
WAYS_THROUGH = Phrase("through: every way leads through a place that sells no through traffic")
WAYS_UNBUILT = Phrase("links: every way there hangs on a project, and background traffic waits for none")
USABLE_BY = Phrase("links: every way to an allowed site uses links that its country may not use (usable_by)")
NO_WAY = Phrase("links: no way in service leads to an allowed site")
CLOSED = Phrase("no longer in service: the last allowed site, {site}, closes after {year}")
NOT_YET = Phrase("not in service yet: the first allowed site, {site}, comes in {year}")
CLUSTER_TOO_SMALL = Phrase(
    "cluster: no allowed site has, or can be given, the {pflops:g} PFLOPS that it takes at least"
)
TOO_FEW_CARDS = Phrase("cluster: no allowed site has, or can be given, the {cards:,g} cards that it takes at least")
NO_CARDS = Phrase("no site that takes {kind} names its accelerator, and its min_cluster counts cards")
NO_COMPUTE = Phrase("no allowed site has compute in {year}: {sites} (statuses counted: {statuses})")
CUT_OFF = Phrase("failures: {failure} would leave no way to an allowed site, and {survives_percent:g} % has to survive")

# The same of traffic, which goes to a place and asks for no site.
TOO_LATE = Phrase(
    "deadline: the nearest allowed site, {site}, takes {rtt_ms:.1f} ms, and sending and work leave {max_rtt_ms:g} ms"
)
NO_TIME = Phrase(
    "deadline: sending takes {sending_s:g} s and work {working_s:g} s, and the deadline is {deadline_s:g} s"
)
TOO_SLOW = Phrase("no way within latency: the quickest takes {rtt_ms:.1f} ms, the limit is {max_rtt_ms:g} ms")
WAYS_CROSS = Phrase("transit: every way there crosses a country to avoid")
WAYS_CLOSED = Phrase("links: every way there uses links that its country may not use (usable_by)")
NO_WAY_THERE = Phrase("links: no way in service leads there")
CUT_OFF_THERE = Phrase("failures: {failure} would leave no way there, and {survives_percent:g} % has to survive")

# Why something is not served: the limit that is full, or the money.
RESIDENCY_KEEPS = Phrase("residency keeps it from {site}")
HOSTS_KEEP = Phrase("its own hosts keep it from {site}")
NOT_WORTH = Phrase(
    "cheaper unserved: serving costs at least {serving_usd:,.0f} USD/PFLOPS/year (at {site}), "
    "leaving it {leaving_usd:,.0f}"
)
NOT_WORTH_CARRYING = Phrase(
    "cheaper unserved: carrying it costs at least {serving_usd:,.0f} USD/Gbps/year, leaving it {leaving_usd:,.0f}"
)
ELSEWHERE = Phrase("limits elsewhere: every way on is taken up by other demands")
CAPEX_SPENT = Phrase("capex: {asset} is full, and the budget for building is spent")
AT_ITS_MAX = Phrase("max: {asset} is full and built to its max")
AT_MAX_AND_SPENT = Phrase("max and capex: {asset} is full and built to its max, and the budget for building is spent")
GROWTH_TOO_DEAR = Phrase(
    "cheaper unserved: {asset} is full, and more capacity there costs {usd:,.0f} USD/{unit}/year, "
    "more than it would save"
)
STEP_TOO_DEAR = Phrase(
    "cheaper unserved: {asset} is full, and a whole step of {step:g} {unit} there costs {usd:,.0f} USD/year, "
    "more than it would save"
)
SITE_FULL = Phrase("site capacity: {asset} is full")
SITE_POWER = Phrase("power: {asset} is at its limit at the meter")
LINK_FULL = Phrase("link capacity: {asset} is full")
BACKGROUND_FULL = Phrase(
    "background capacity: what stands of {asset} is full, and background traffic waits for no expansion"
)
SURVIVAL = Phrase("failures: {failure} would leave too little to keep")
NOT_IN_USE = Phrase("sites in use: limits.sites is {limit}, and {asset} is not among them")
NOT_PAID = Phrase("capex: the budget for building does not reach for {names}")
NOT_IN_USE_OR_PAID = Phrase(
    "sites in use and capex: limits.sites is {limit}, and the budget for building does not reach for {names}"
)
NOT_WORTH_OPENING = Phrase("cheaper unserved: opening {names} would cost more than it saves")
NO_CLUSTER_THERE = Phrase("cluster: {asset} does not have the {pflops:g} PFLOPS that it takes at least")
CLUSTER_TOO_DEAR = Phrase("cheaper unserved: making {asset} a large enough cluster would cost more than it saves")
NOT_SPLIT = Phrase("split: it may not be split, and no single site has room for more of it")
NOT_PAID_BY_MEMBERS = Phrase("capex: the members' own budgets for building do not reach for {names}")
MEMBER_SPENT = Phrase("capex: {asset} is full, and the budget for building there is spent ({names})")
MEMBER_RUNNING = Phrase("running cost: the sites of {last} cost all that they may in {year}")
GROUP_POWER = Phrase("group: {last} draws all of its {mw:,.10g} MW")
GROUP_FULL = Phrase("group: {asset} is full, and no more compute may stand in its groups ({names})")
GROUP_SHUT = Phrase("group: the groups of {names} may have no more compute")
HELD_TOGETHER = Phrase("limits: {asset} is full, and several limits together keep it from growing ({names})")
POOL = Phrase("pool: all of it is in use")
SHARE_FIRST = Phrase("share: rule {last} asks for more of it to be hosted where the rule says")
CARBON_SPENT = Phrase("carbon: the budget of {year} is spent")
EVEN_THEN = Phrase("even then: {reason}")
STAGE_FIRST = Phrase("objectives: {last} comes first, and serving more would worsen it")
STAGE_SLACK = Phrase("objectives: it was given up within the millionth by which later objectives may worsen served")
PART = Phrase("{pflops:.4g} PFLOPS: {reason}")
OTHERS = Phrase("other reasons")

FULL = {
    "site_capacity": SITE_FULL, "site_power": SITE_POWER, "group_power": GROUP_POWER, "link_capacity": LINK_FULL,
    "background_capacity": BACKGROUND_FULL, "survival": SURVIVAL, "pool": POOL, "carbon_budget": CARBON_SPENT,
    "member_opex": MEMBER_RUNNING, "share": SHARE_FIRST, "stage": STAGE_FIRST,
}  # fmt: skip
"""What a full limit means, by the family of its row; families that are no limit of a path are missing."""

# Why there is no plan.
REQUIRED = Phrase(
    "{origin}/{workload} at {node} is required: {missing:.4g} of {asked:.4g} {unit} cannot be served: {reason}"
)
REQUIRED_LEFT = Phrase(
    "{origin}/{workload} at {node} is required: {missing:.4g} of {asked:.4g} {unit} cannot be served in {year}"
)
OVERCOMMITTED = Phrase(
    "link {link} in {year}: others take {committed:,.10g} Gbps, and {usable:,.10g} of its {capacity:,.10g} Gbps may be "
    "used (limits.link_fill)"
)
MORE_THAN_EVER = Phrase(
    "{asked:,.10g} PFLOPS are required in {year}, and all sites together can never have more than {most:,.10g} in use"
)
ALONE = Phrase("with this change alone a plan exists: {reason}")
TOGETHER = Phrase("no single change helps; together these do: {reason}")
CLASH = Phrase("several rules clash, and no change that was tried helps: {names}")
UNTRIED = Phrase("not tried to the end, for want of time: {names}")

# What would have to change for a plan to exist.
LEFT = Phrase("{missing:,.10g} {unit} of {origin}/{workload} at {node} are left unserved in {year}")
MORE_SITES = Phrase("limits.sites is {needed:g} in place of {limit:g}")
MORE_CAPEX = Phrase("limits.capex is {needed:,.15g} {currency} in place of {limit:,.15g}")
MORE_CARBON = Phrase("limits.carbon is {needed:,.10g} t in {year} in place of {limit:,.10g}")
MORE_MEMBER_CAPEX = Phrase("limits.members.{country}.capex is {needed:,.15g} {currency} in place of {limit:,.15g}")
MORE_MEMBER_OPEX = Phrase(
    "limits.members.{country}.opex is {needed:,.15g} {currency} a year in {year} in place of {limit:,.15g}"
)
LESS_HOSTED = Phrase("limits.members.{country}.hosted_min is {needed:,.10g} PFLOPS in {year} in place of {limit:,.10g}")
MORE_GROUP_POWER = Phrase("groups.{group}.power is {needed:,.10g} MW in {year} in place of {limit:,.10g}")
MORE_GROUP_COMPUTE = Phrase("groups.{group}.compute is {needed:,.10g} PFLOPS in {year} in place of {limit:,.10g}")
COUNT_MARKET = Phrase("policy.floor.market is true")
LOWER_FLOOR = Phrase("policy.floor.served_share is {needed:.6g} in place of {limit:.6g}")
LARGER_POOL = Phrase("the pool is {needed:,.10g} PFLOPS in place of {limit:,.10g}")
NOTHING_SURVIVES = Phrase("nothing has to survive {failure}")
OTHER_BUILDS = Phrase("other things are built than were given")
MAY_SPLIT = Phrase("{origin}/{workload} at {node}, {asked:,.6g} PFLOPS in {year}, may be split")
NO_CLUSTER = Phrase("{workload} has no min_cluster of {pflops:g} PFLOPS")
NO_CLUSTER_OF_CARDS = Phrase("{workload} has no min_cluster of {cards:,g} cards")
PARTS_OF_STEPS = Phrase("steps may be built in part: {names}")
FULL_SITES = Phrase("limits.site_fill is 1 in place of {limit:g}")
FULL_LINKS = Phrase("limits.link_fill is 1 in place of {limit:g}")
MORE_POWER = Phrase("{amount:,.10g} MW more at the meter of site {site}")
MORE_LIGHT = Phrase("{amount:,.10g} Gbps more on link {link}")
MORE_COMPUTE = Phrase("{amount:,.10g} PFLOPS more at site {site}")
COUNT_MORE = Phrase("count names {statuses}")
NO_RULE = Phrase("the residency rule {rule} is gone")
NO_RESIDENCY = Phrase("all residency rules are gone")
NO_WAY_RULE = Phrase("the transit rule {rule} is gone")
LOWER_SHARE = Phrase("at_least of the rule {rule} on shares is {needed:.6g} in place of {limit:.6g}")
NO_SHARE_RULE = Phrase("the rule {rule} on shares is gone")
NO_SHARES = Phrase("all rules on shares are gone")
NO_STAKE_RULE = Phrase("the rule {rule} on foreign stakes is gone")
NO_STAKES = Phrase("all rules on foreign stakes are gone")
NO_TRANSIT = Phrase("all transit rules are gone")
NO_DEADLINE = Phrase("{workload} has no deadline of {deadline_s:g} s")
NO_MAX_RTT = Phrase("{workload} has no max_rtt of {max_rtt_ms:g} ms")
ANY_HOSTS = Phrase("these demands have no hosts of their own: {names}")
ANY_USERS = Phrase("these links have no usable_by: {names}")
SHORT_OF_SHARE = Phrase(
    "{country} is served {served_percent:.3g} % in {year} by the plan that serves most: {asked_percent:.3g} % is asked"
)

# What the reader has to know about the figures.
HELD = Phrase("Prices are those of the last objective, cost, with the earlier ones held.")
BLOCKS = Phrase(
    "The day has {count} block of UTC hours; local time is standard time, daylight saving is ignored.",
    "The day has {count} blocks of UTC hours; local time is standard time, daylight saving is ignored.",
)
SEASONS = Phrase("Seasons weigh by their days: {days}. Where hours alone are shown, they are those of the mean day.")
SHAVED = Phrase(
    "Blocks of {count} hour shave {share:.0%} off the peak hour of {workload}.",
    "Blocks of {count} hours shave {share:.0%} off the peak hour of {workload}.",
)
FAR_APART = Phrase(
    "The listed years are far apart: demand that grows in between is {percent:+.0f} % of what the listed years stand "
    "for, so costs of the years between are off by about as much; list more years to close it."
)
SCREENED = Phrase(
    "{count} failure was screened in every year and block; the table failures says which shaped the plan.",
    "{count} failures were screened in every year and block; the table failures says which shaped the plan.",
)
SURVIVING = Phrase("Surviving them costs {usd:,.0f} {currency}, penalty on unserved demand included.")
SURVIVING_ABOUT = Phrase(
    "Surviving them costs {usd:,.0f} {currency}, penalty on unserved demand included, "
    "to within the gap of the plans with and without."
)
UNSURVIVED = Phrase("Stopped before the plan survives: {names}.")
FROZEN_BUILDS = Phrase("Builds and projects are those of the run {run}; only flows are new.")
BARRED = Phrase(
    "The rule {rule} on foreign stakes keeps from being built what others own more than {most:.4g} % of in {country}: "
    "{names}."
)
WINDOWS = Phrase(
    "Training with a window asks in its days for more than its mean over the year, which tables hold: {names}."
)
WINDOW_YEARS = Phrase("{year} stands for the years to {last}, and so does what runs in a window of {year}.")
DEADLINE = Phrase(
    "{workload} is answered within {deadline_s:.4g} s: {sending_s:.4g} s to send, {working_s:.4g} s of work at a "
    "utilisation of {utilisation:g}, which is to cover queueing, and {leaves_s:.4g} s for the round trip."
)
UNCOUNTED = Phrase("The min_cluster of {workload} counts cards: sites that name no accelerator take none: {names}.")
EARLIER = Phrase(
    "{count} demand counts from {first} on, though it is listed from {year} on alone ({names}): "
    "where nothing is asked before, list a 0.",
    "{count} demands count from {first} on, though they are listed from {year} on alone ({names}): "
    "where nothing is asked before, list a 0.",
)
# Where everybody else's traffic and the network contradict each other: in notes on a plan and in warnings.
OTHERS_UNFIT = Phrase(
    "{gbps:,.10g} of {asked:,.10g} Gbps, both directions added, are not carried in {year}, for these links are full: "
    "{names}"
)
OTHERS_APART = Phrase(
    "{gbps:,.10g} of {asked:,.10g} Gbps, both directions added, are not carried in {year}, and no link is full"
)
OBSERVED_APART = Phrase(
    "{observed:,.10g} Gbps are observed, and {counted:,.10g} Gbps are counted in {year}: {committed:,.10g} committed "
    "and {gbps:,.10g} of everybody else's traffic"
)
OTHERS_NOTE = Phrase("Everybody else's traffic: {reason}.")
OBSERVED_NOTE = Phrase("Load of link {link}: {reason}.")
OBSERVED_MORE = Phrase(
    "{count} more link observes another load than is counted in {year}.",
    "{count} more links observe another load than is counted in {year}.",
)

# What is allowed in a topology and looks wrong, and what would be right.
NO_LINK = Phrase("no link reaches it")
ADD_LINK = Phrase("add a link, or take the node out")
APART = Phrase(
    "it and {count} more ({names}) have no way to the other {others:.0f} nodes",
    "it and {count} more ({names}) have no way to the other {others:.0f} nodes",
)
JOIN_PARTS = Phrase("add the link that joins them")
NO_COUNTRY = Phrase("'{word}' is no country of the atlas")
WRITE_CODE = Phrase("write the two letters of ISO 3166-1")
LIES_IN = Phrase("{lat:g}, {lon:g} lies in {other}, not in {country}")
LIES_AT_SEA = Phrase("{lat:g}, {lon:g} lies at sea, {km:,.0f} km from {country}")
CHECK_PLACE = Phrase("check latitude, longitude and country")
SWAPPED = Phrase("latitude and longitude look swapped: write 'lat: {written_lat}, lon: {written_lon}'")
TOO_SHORT = Phrase("{km:g} km is less than the great circle of {least:.0f} km")
CHECK_LENGTH = Phrase("check the length, the ends and their coordinates")
TOO_QUICK = Phrase("{rtt_ms:g} ms is less than light in glass takes there and back, {least:.1f} ms")
CHECK_RTT = Phrase("check the round-trip time; one way is half of it")
BEYOND_DESIGN = Phrase("{gbps:,.0f} Gbps with its expansions is beyond its design of {most:,.0f} Gbps")
CHECK_DESIGN = Phrase("check the capacity, or the design")
BEYOND_KIND = Phrase("{gbps:,.0f} Gbps with its expansions is more than any {kind} system has ({most:,.0f} Gbps)")
CHECK_UNIT = Phrase("check the unit: Gbps, Tbps")
NO_SOURCE = Phrase("names no source")
WRITE_SOURCE = Phrase("write 'source: <id in sources>', or 'confidence: assumed'")

ELSEWHERE_ENDS = Phrase(
    "{count} record has no end in this network, or only one: {gbps:,.0f} Gbps each way in {year} are left out",
    "{count} records have no end in this network, or only one: {gbps:,.0f} Gbps each way in {year} are left out",
)
LACKS = Phrase(
    "the network lacks {count} place ({names}): {gbps:,.10g} Gbps each way in {year} are left out",
    "the network lacks {count} places ({names}): {gbps:,.10g} Gbps each way in {year} are left out",
)
ADD_PLACES = Phrase("add the nodes, or leave them out of the regions")
MEANT_PLACE = Phrase("did you mean '{place}'?")
CHECK_BACKGROUND = Phrase("check the rates, the capacities and what is committed")
CHECK_OBSERVED = Phrase("check what is observed, committed and said of background")


# Why a planned round trip is another than the one measured.
RIGHT_TO_A_QUARTER = Phrase("within 25 %")
NO_LINKED_WAY = Phrase("link missing: no way leads from {start} to {end}")
BELOW_GLASS = Phrase("measured below the {least:.0f} ms of straight glass: look at the figure")
GLASS_ALONE = Phrase("glass alone: as planning counts the same way it takes {rtt_ms:.0f} ms")
ENDS_ADD = Phrase("ends of the path: {short:.0f} ms of metropolitan networks and routers")
LAND_SHORTCUT = Phrase("land shortcut through {passed}: {rtt_ms:.0f} ms without it")
RECORD_TOO_LOW = Phrase("the peering record of {country} and {other} says {floor:.0f} ms: it may have changed")
RECORD_TOO_HIGH = Phrase(
    "the peering record of {country} and {other} says {floor:.0f} ms: it is too high here, or has changed"
)
LONGER_CABLE = Phrase("longer cable than the fibre rule, hops, routers: {ratio:.2f} times the glass of the way")
NO_RECORD = Phrase(
    "{ratio:.1f} times the glass of the way: traffic goes elsewhere, no peering record of {country} and {other}"
)
PASSED_RECORD = Phrase(
    "{ratio:.1f} times the glass of the way: traffic goes elsewhere, above the peering record of {country} and {other}"
)
NOT_COUNTED = Phrase("{ratio:.1f} times the glass of the way: traffic goes elsewhere, and peering is not counted")
UNKNOWN_SHORT = Phrase("unknown: {ratio:.1f} times the glass of the way")
DETOUR = Phrase("link missing: the way is {detour:.1f} times the great circle, a direct one would take {rtt_ms:.0f} ms")
GIVEN_TOO_HIGH = Phrase("unknown: the rtt of {link} is given as {rtt_ms:.0f} ms, and may be too high")
UNKNOWN_LONG = Phrase("unknown: the links of the way may be shorter than they say")
