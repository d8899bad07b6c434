"""What importing takes where a foreign file is silent."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What to take where a file is silent.

    Attributes
    ----------
    country
        Country of places that neither the file nor the map puts into one.
    capacity, kind, unserved
        Of links without capacity, of links without kind (None: terrestrial, of drawn cables submarine); price of
        unserved traffic.
    unit
        In which rates without unit are counted, such as "Mbps".
    drop_unplaced
        Leave places without coordinates out, with their links.
    """

    id: str | None = None
    country: str | None = None
    capacity: str = "100 Gbps"
    kind: str | None = None
    unit: str | None = None
    unserved: str | None = None
    drop_unplaced: bool = False
    snap_km: float = 5.0
