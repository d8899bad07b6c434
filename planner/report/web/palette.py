"""The colours of what charts and maps show, once for pages and pictures; hatches keep what is left apart in grey print.

Served and unserved, and what stands and is to be built, differ in luminance by a contrast of 3 to 1 or by their hatch.
"""

from __future__ import annotations

from dataclasses import dataclass

INK, MUTED, PAPER = "#1b2733", "#566573", "#ffffff"
ACCENT, WARN, GOOD = "#0b5fa5", "#b3400f", "#0a7a5c"


@dataclass(frozen=True)
class Look:
    """How a part is filled: its colour, its hatch as matplotlib writes it, and the colour of hatch and figures."""

    colour: str
    hatch: str = ""
    ink: str = PAPER


PALETTE = {
    "served": Look(ACCENT),
    "abroad": Look("#8fbfe0", "....", INK),
    "market": Look("#e6c76a", "||||", INK),
    "unserved": Look("#f4ddd2", "xxxx", WARN),
    "stood": Look("#b9d1e6", "", INK),
    "built": Look("#b5dbcf", "////", GOOD),
    "target": Look(MUTED),
}
"""Looks by what they stand for."""
_STRIPES = {"": "none", "////": "-45deg", "xxxx": "45deg", "....": "0deg", "||||": "90deg"}


def palette_css() -> str:
    """Return a style sheet that names the colours for scripts, and fills what bears the class of a part."""
    named = " ".join(f"--{name}: {look.colour}; --{name}-ink: {look.ink};" for name, look in PALETTE.items())
    hatched = " ".join(f'--{name}-hatch: "{look.hatch}";' for name, look in PALETTE.items() if look.hatch)
    fills = "\n".join(f".part.{name} {{ {_fill(look)} }}" for name, look in PALETTE.items())
    return f":root {{ {named} {hatched} }}\n{fills}"


def _fill(look: Look) -> str:
    """Return a colour with stripes for a hatch; a border in its ink shows where two lie side by side."""
    angle = _STRIPES[look.hatch]
    stripes = "" if angle == "none" else f" repeating-linear-gradient({angle}, {look.ink} 0 1px, transparent 1px 5px)"
    return (
        f"background:{stripes} {look.colour}; color: {look.ink}; border-color: {look.ink if stripes else look.colour};"
    )


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour such as #0b5fa5, from 0 to 1 (WCAG 2.2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
