"""Who owns what, and what a rule on foreign stakes leaves unbuilt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from independent.reading import Record, World, quantity

Owners = Mapping[str, Fraction]


def ends_of(record: Record) -> list[str]:
    """Return the node of a site, or both ends of a link."""
    return [record["node"]] if "node" in record else list(record["ends"])


def soil(world: World, record: Record) -> Owners:
    """Return the share of an asset that is on each country's soil."""
    places = [world.country(node) for node in ends_of(record)]
    return {place: Fraction(places.count(place), len(places)) for place in places}


def named_owners(record: Record) -> Owners | None:
    """Return the owners that a record names, if it does."""
    owner = record.get("owner")
    if owner is None:
        return None
    return {owner: Fraction(1)} if isinstance(owner, str) else {name: quantity(part) for name, part in owner.items()}


def owners(world: World, home: Record, expansion: Record) -> Owners:
    """Return who owns what an expansion of an asset adds: who it says, else who the asset says, else the soil's."""
    return named_owners(expansion) or named_owners(home) or soil(world, home)


def hanging(world: World, project: str) -> Iterator[tuple[Record, Record]]:
    """Yield what hangs on a project: each asset with itself, or with an expansion of its own."""
    for home in (*world.sites.values(), *world.links.values()):
        for part in (home, *home.get("expansion", [])):
            if part.get("project") == project:
                yield home, part


def alike(countries: set[str]) -> Owners:
    """Return even parts."""
    return {country: Fraction(1, len(countries)) for country in countries}


def project_owners(world: World, project: str) -> Owners:
    """Return who owns a project: who it says, else the owners of what hangs on it, else the members."""
    found = {name for home, part in hanging(world, project) for name in owners(world, home, part)}
    return named_owners(world.projects[project]) or alike(found or set(world.members))


def may_be_built(world: World, held: Owners, ground: Owners) -> bool:
    """Whether in no country with a rule others own more of what is there than they may."""
    for rule in world.policy("foreign_stake"):
        part = ground.get(rule["country"], Fraction(0))
        if part and 1 - min(Fraction(1), held.get(rule["country"], Fraction(0)) / part) > quantity(rule["max"]):
            return False
    return True


def may_expand(world: World, home: Record, expansion: Record) -> bool:
    """Whether the rules let an expansion be built at all."""
    return may_be_built(world, owners(world, home, expansion), soil(world, home))


def may_lay(world: World, project: str) -> bool:
    """Whether the rules let a project be built at all."""
    ground = alike({country for home, _ in hanging(world, project) for country in soil(world, home)})
    return may_be_built(world, project_owners(world, project), ground)
