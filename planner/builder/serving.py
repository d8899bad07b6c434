"""A service in a country and year: users, units a day, PFLOPS and traffic, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.builder import formulas
from planner.builder.access import EVERYBODY, Reach, find_reach
from planner.builder.coefficients import Coefficient, given
from planner.builder.reckoning import Reckoning, Step
from planner.builder.resolving import People, Resolved
from planner.builder.spec import DemandSpec, Service
from planner.years import Yearly

NONE = given(Yearly.flat(1.0), "number")
"""A share or a growth that nobody gives."""
UNITS = {"text": "tokens/day", "voice": "min/day", "stream": "streams", "item": "items/day"}


@dataclass(frozen=True)
class Served:
    """What a service asks for in a country and year.

    Attributes
    ----------
    users
        people who use it, before access is asked
    units, unit
        in its own unit, for the whole country
    share
        part of it that this demand speaks of: scope x regional share
    pflops, up_gbps, down_gbps
        mean, after that share
    """

    origin: str
    service: str
    year: int
    users: float
    units: float
    unit: str
    share: float
    pflops: float
    up_gbps: float
    down_gbps: float
    reach: Reach
    steps: tuple[Step, ...]
    confidence: str

    @property
    def left_out(self) -> dict[str, float]:
        """People whom it does not reach, by class of access."""
        return {name: self.users * share for name, share in self.reach.left_out.items() if share > 0}


@dataclass(frozen=True)
class _Load:
    """Units a day with the machines and rates that they need."""

    units: float
    pflops: float
    up_gbps: float
    down_gbps: float


def reckon_service(spec: DemandSpec, country: Resolved, people: People, name: str, reckoning: Reckoning) -> Served:
    """Return what a service asks for in a country in the year and future of a reckoning."""
    service, known = spec.services[name], spec.coefficients
    reach = EVERYBODY
    if country.access and service.by_users:
        reach = find_reach(reckoning, country.access, known, max_rtt_ms=service.max_rtt_ms, rate_gbps=service.rate_gbps)
    users = _count_users(reckoning, service, people)
    served = reckoning.note("users reached", users * reach.share, "people", "users x reach")
    load = _LOADS[service.work](_Asked(spec, service, country, served, reckoning))
    regional = reckoning.take("regional share", country.regional)
    share = reckoning.note("share of this demand", country.scope * regional, "", "scope x regional share")
    reckoning.note("demand", load.pflops * share, "PFLOPS", "mean PFLOPS x share")
    return Served(
        origin=country.code,
        service=name,
        year=reckoning.year,
        users=users,
        units=load.units,
        unit=service.unit or UNITS[service.work],
        share=share,
        pflops=load.pflops * share,
        up_gbps=load.up_gbps * share,
        down_gbps=load.down_gbps * share,
        reach=reach,
        steps=tuple(reckoning.steps),
        confidence=reckoning.confidence,
    )


def _count_users(reckoning: Reckoning, service: Service, people: People) -> float:
    base = people.of(service.of)
    share = reckoning.take(f"share of {service.of}", service.share) if service.share else 1.0
    return reckoning.note("users", base * share, "people", f"{service.of} x share")


@dataclass(frozen=True)
class _Asked:
    """What the load of a service is reckoned from."""

    spec: DemandSpec
    service: Service
    country: Resolved
    users: float
    reckoning: Reckoning

    @property
    def known(self) -> Mapping[str, Coefficient]:
        return self.spec.coefficients

    def grown(self, name: str, figure: Coefficient | None, unit: str, growth: Coefficient) -> float:
        """Return a figure of 2026 in the year of the reckoning."""
        assert figure is not None, "the record's rules ask for it"
        first = self.reckoning.take(f"{name} in 2026", figure)
        rate = self.reckoning.take("growth a year", self.service.growth or growth)
        value = formulas.grown(first, rate, self.reckoning.year)
        return self.reckoning.note(name, value, unit, "of 2026 x growth^(y - 2026)")

    def active_params(self) -> tuple[float, float]:
        """Return the parameters at work for a token of its model, and alpha."""
        model = self.spec.models.get(self.service.model or "")
        figure = model.active if model and model.active else self.known["voice-params"]
        context = model.context if model else formulas.CONTEXT
        first = self.reckoning.take("attention", self.known["attention"])
        further = self.reckoning.take("attention of longer contexts", self.known["attention-growth"])
        alpha = formulas.attention_share(context, first, further)
        active = self.reckoning.take("parameters at work N", figure)
        return active, self.reckoning.note("alpha", alpha, "", f"at {context:g} tokens of context")


def _load_text(asked: _Asked) -> _Load:
    take, note, service, known = asked.reckoning.take, asked.reckoning.note, asked.service, asked.known
    each = asked.grown("tokens a user", service.tokens, "tokens/day", known["token-growth"])
    later = take("languages by 2035", known["tokenizer-later"]) if asked.country.languages else 1.0
    year = asked.reckoning.year
    factor = formulas.language_factor(
        (share, formulas.penalty_in(year, take(f"penalty of {name}", penalty), later))
        for name, share, penalty in asked.country.languages
    )
    note("languages lambda", factor, "", "sum of share x penalty")
    tokens = note("tokens T", asked.users * each * factor, "tokens/day", "users x tokens x lambda")
    ratio = take("read for each written r", service.input_output or known["input-output"])
    read, written = formulas.split_tokens(tokens, ratio)
    cached = take("cached share h", service.cached or known["cached-input"])
    prefill = take("utilisation reading u_p", service.prefill or known["prefill-utilisation"])
    decode = take("utilisation writing u_d", service.utilisation or known["decode-utilisation"])
    active, alpha = asked.active_params()
    flop = formulas.machine_flop_per_day(
        read,
        written,
        cached_share=cached,
        prefill_utilisation=prefill,
        decode_utilisation=decode,
        active_params=active,
        attention=alpha,
    )
    note("machine work F", flop, "FLOP/day", "[T_in (1-h)/u_p + T_out/u_d] 2N(1+alpha)")
    pflops = note("mean PFLOPS", formulas.mean_pflops(flop), "PFLOPS", "F / (86,400 s x 1e15)")
    up = formulas.tokens_gbps(read, take("bytes of a token", known["token-bytes"]))
    down = formulas.tokens_gbps(written, take("bytes on the wire", known["wire-bytes"]))
    return _Load(
        tokens,
        pflops,
        note("up", up, "Gbps", "T_in x B x 8 / 86,400 s"),
        note("down", down, "Gbps", "T_out x B x 8 / 86,400 s"),
    )


def _load_voice(asked: _Asked) -> _Load:
    take, note, service, known = asked.reckoning.take, asked.reckoning.note, asked.service, asked.known
    each = asked.grown("minutes a user", service.minutes, "min/day", NONE)
    minutes = note("minutes", asked.users * each, "min/day", "users x minutes")
    tokens_per_s = take("tokens a second", known["voice-tokens"])
    active, alpha = asked.active_params()
    used = take("utilisation u", service.utilisation or known["voice-utilisation"])
    flop = formulas.voice_flop_per_day(minutes, tokens_per_s, active_params=active * (1 + alpha), utilisation=used)
    note("machine work F", flop, "FLOP/day", "minutes x 60 x 2 x tokens/s x 2N(1+alpha) / u")
    pflops = note("mean PFLOPS", formulas.mean_pflops(flop), "PFLOPS", "F / (86,400 s x 1e15)")
    talking = note("talking at once", minutes / 1440, "people", "minutes / 1,440")
    return _Load(minutes, pflops, talking * service.up_gbps, talking * service.down_gbps)


def _load_stream(asked: _Asked) -> _Load:
    take, note, service = asked.reckoning.take, asked.reckoning.note, asked.service
    each = asked.grown("for each 1,000", service.per_1000, "", NONE)
    streams = note(service.unit or "streams", asked.users / 1000 * each, "", "users / 1,000 x each")
    assert service.machine is not None, "the record's rules ask for it"
    machine_pflops = take("machine of one", service.machine)
    pflops = formulas.stream_pflops(streams, machine_pflops, service.hours)
    note("mean PFLOPS", pflops, "PFLOPS", f"streams x machine x {service.hours:g} h / 24 h")
    running = streams * service.hours / 24
    return _Load(streams, pflops, running * service.up_gbps, running * service.down_gbps)


def _load_item(asked: _Asked) -> _Load:
    take, note, service, known = asked.reckoning.take, asked.reckoning.note, asked.service, asked.known
    each = asked.grown("a day for each 1,000", service.per_1000, "/day", NONE)
    items = note(service.unit or "items", asked.users / 1000 * each, "/day", "users / 1,000 x each")
    assert service.flop is not None, "the record's rules ask for it"
    work = take("work on one", service.flop)
    used = take("utilisation u", service.utilisation or known["batch-utilisation"])
    flop = note("machine work F", formulas.item_flop_per_day(items, work, used), "FLOP/day", "items x work / u")
    pflops = note("mean PFLOPS", formulas.mean_pflops(flop), "PFLOPS", "F / (86,400 s x 1e15)")
    up, down = (formulas.items_gbps(items, gb) for gb in (service.upload_gb, service.download_gb))
    return _Load(items, pflops, up, down)


_LOADS = {"text": _load_text, "voice": _load_voice, "stream": _load_stream, "item": _load_item}
