"""The paper that pictures are drawn on: size, colours, type, and how it becomes a file.

Figures are made by matplotlib's objects, never by pyplot, and no setting of matplotlib outlives a picture.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from planner.errors import UsageError, did_you_mean
from planner.report.pictures.fonts import BASE, choose_families, has_outlines_of_truetype, letters_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from planner.report.language.speech import Language

FORMATS = ("png", "svg", "pdf")
PAGE_MM, EDGE_MM = 160.0, 2.5
"""A picture is as wide as a page's text; so much at its sides stays white, so that no printer cuts a letter, in mm."""
WIDTH_MM = PAGE_MM - 2 * EDGE_MM
"""What is drawn on, mm."""
MM = 1 / 25.4
DPI = 200
TEXT, SMALL, TINY, TITLE = 9.0, 8.0, 7.0, 11.0
"""Sizes of type in points."""
INK, MUTED, PAPER, RULE = "#1b2733", "#566573", "#ffffff", "#d5dde3"
ACCENT, WARN, GOOD = "#0b5fa5", "#b3400f", "#0a7a5c"
SEA, LAND, MEMBER, BORDER = "#eef3f6", "#fbfaf6", "#f3ebd3", "#cfc8b8"
RAMP = ((0.0, "#a9bccb"), (0.5, "#d3a03c"), (0.75, "#c9601f"), (1.0, "#7d1a12"))
"""Utilisation: lightness falls all the way, so that grey print keeps the order."""
RTL_ISOLATE, END, LTR_MARK = "\u2067", "\u2069", "\u200e"
HALO_PT = 2.2
"""How wide labels are kept clear of lines around their letters."""
TOKEN = re.compile("[\u3040-\u9fff][\u3001-\u303f\uff00-\uffef]*|[^ \u3040-\u9fff]+ *| +")
"""What a line is not broken within: a word, or a Chinese letter with its punctuation."""

BALANCING = 5
"""Steps by which the width of lines of equal length is found."""

Side = Literal["left", "center", "right"]


@contextmanager
def settings() -> Iterator[None]:
    """Hold matplotlib's settings for pictures while one is made: text as text, no formulas in names, same bytes."""
    import matplotlib as mpl

    wanted: Any = {
        "svg.fonttype": "none", "svg.hashsalt": "planner", "pdf.fonttype": 42, "pdf.use14corefonts": False,
        "text.usetex": False, "text.parse_math": False, "text.hinting": "no_hinting",
        "font.family": [BASE], "font.size": TEXT, "font.enable_last_resort": False,
        "axes.unicode_minus": True, "axes.edgecolor": MUTED, "axes.linewidth": 0.6, "axes.labelcolor": INK,
        "axes.titlesize": TEXT, "text.color": INK, "xtick.color": MUTED, "ytick.color": MUTED,
        "xtick.labelcolor": INK, "ytick.labelcolor": INK, "xtick.labelsize": SMALL, "ytick.labelsize": SMALL,
        "hatch.linewidth": 0.5, "path.simplify": False, "figure.dpi": 100.0, "savefig.dpi": "figure",
        "savefig.bbox": None, "lines.solid_capstyle": "round", "axes.spines.top": False, "axes.spines.right": False,
        "axes.xmargin": 0.0,
    }  # fmt: skip
    # Where a font has no bold face its normal one is taken; nobody needs to be told.
    told = logging.getLogger("matplotlib.font_manager")
    level = told.level
    told.setLevel(logging.ERROR)
    try:
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(wanted)
            yield
    finally:
        told.setLevel(level)


class Canvas:
    """A figure measured in mm from its upper left corner; everything is mirrored for languages that run to the left."""

    def __init__(self, height_mm: float, language: Language) -> None:
        from matplotlib.figure import Figure

        self.height_mm = height_mm
        self.title = ""
        self.halos: list[Text] = []
        self.language = language
        self.mirrored = language.direction == "rtl"
        self.figure: Figure = Figure(figsize=(PAGE_MM * MM, height_mm * MM), facecolor=PAPER)
        # Agg measures texts; the file's own backend takes over when it is written.
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        FigureCanvasAgg(self.figure)

    @property
    def start(self) -> Side:
        """The side that reading starts from."""
        return "right" if self.mirrored else "left"

    @property
    def end(self) -> Side:
        """The side that reading ends at."""
        return "left" if self.mirrored else "right"

    def axes(self, left: float, top: float, width: float, height: float, **options: Any) -> Axes:
        """Return axes at so many mm from the side where reading starts and from the top."""
        x = EDGE_MM + (WIDTH_MM - left - width if self.mirrored else left)
        box = (x / PAGE_MM, 1 - (top + height) / self.height_mm, width / PAGE_MM, height / self.height_mm)
        return self.figure.add_axes(box, **options)

    def sheet(self) -> Axes:
        """Return axes over the whole figure, in mm, y downwards; the caller mirrors x by `at`."""
        axes = self.figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set(xlim=(-EDGE_MM, WIDTH_MM + EDGE_MM), ylim=(self.height_mm, 0))
        return axes

    def at(self, x: float) -> float:
        """Return a distance from the start of the line as x of the sheet, mm."""
        return WIDTH_MM - x if self.mirrored else x

    def say(self, text: str) -> str:
        """Keep a text in the direction of the language, also in viewers that take each text by itself."""
        return f"{RTL_ISOLATE}{text}{END}" if self.mirrored else text

    def write(
        self, x: float, y: float, text: str, size: float = TEXT, *, side: Side | None = None, **style: Any
    ) -> None:
        """Write a line at so many mm from the start and the top, on its base line."""
        self.figure.text(
            (EDGE_MM + self.at(x)) / PAGE_MM, 1 - y / self.height_mm, self.say(text), fontsize=size,
            ha=side or self.start, va="baseline", **style,
        )  # fmt: skip

    def width_mm(self, text: str, size: float, weight: str = "normal") -> float:
        """Return how wide a line of text is."""
        artist = self.figure.text(0, 0, self.say(text), fontsize=size, fontweight=weight)
        width = artist.get_window_extent().width / self.figure.dpi / MM
        artist.remove()
        return float(width)

    def wrapped(self, text: str, size: float, width_mm: float, weight: str = "normal") -> list[str]:
        """Break a text into lines that fit; a word that is too long by itself stays whole."""
        if self.width_mm(text, size, weight) <= width_mm:
            return [text]
        lines: list[str] = []
        for word in TOKEN.findall(text):
            longer = f"{lines[-1]}{word}" if lines else word
            if lines and self.width_mm(longer.rstrip(" "), size, weight) <= width_mm:
                lines[-1] = longer
            else:
                lines.append(word)
        return [line.strip(" ") for line in lines]

    def balanced(self, text: str, size: float, width_mm: float, weight: str = "normal") -> list[str]:
        """Break a text into lines that fit and are about as long as each other: no word is left alone."""
        lines = self.wrapped(text, size, width_mm, weight)
        low, high = width_mm / len(lines), width_mm
        for _ in range(BALANCING if len(lines) > 1 else 0):
            middle = (low + high) / 2
            tried = self.wrapped(text, size, middle, weight)
            fits = len(tried) == len(lines) and all(self.width_mm(line, size, weight) <= width_mm for line in tried)
            lines, low, high = (tried, low, middle) if fits else (lines, middle, high)
        return lines

    def fitted(self, text: str, size: float, weight: str = "normal", most: int = 2) -> list[str]:
        """Break a text into as many lines of full width as it may have; of what is more, dots tell."""
        lines = self.balanced(text, size, WIDTH_MM, weight)
        if len(lines) > most:
            lines[most - 1 :] = [" ".join(lines[most - 1 :])]
        return [self.cut(line, size, WIDTH_MM, weight) for line in lines]

    def cut(self, text: str, size: float, width_mm: float, weight: str = "normal") -> str:
        """Shorten a text to a width, with dots where something is left out."""
        if self.width_mm(text, size, weight) <= width_mm:
            return text
        low, high = 0, len(text)
        while high - low > 1:
            middle = (low + high) // 2
            fits = self.width_mm(text[:middle].rstrip() + "…", size, weight) <= width_mm
            low, high = (middle, high) if fits else (low, middle)
        # Dots belong to the word before them, whichever way it runs.
        follow = LTR_MARK if self.mirrored and unicodedata.bidirectional(text[:low].rstrip()[-1:] or "L") == "L" else ""
        return text[:low].rstrip() + "…" + follow

    def label(self, axes: Axes, x: float, y: float, text: str, size: float, **style: Any) -> None:
        """Write the middle of a line's base at a point of axes, clear of what lies below it."""
        from matplotlib.patheffects import Stroke

        common: dict[str, Any] = {"fontsize": size, "ha": "center", "va": "baseline", **style}
        halo = axes.text(x, y, self.say(text), zorder=5.5, **common | {"color": PAPER, "alpha": 0.85})
        halo.set_path_effects([Stroke(linewidth=HALO_PT, foreground=PAPER, alpha=0.85)])
        self.halos.append(halo)
        axes.text(x, y, self.say(text), zorder=6, gid=f"label-{len(self.halos)}", **common)


def use_fonts(canvas: Canvas, *more: str) -> list[str]:
    """Give all texts of a figure, and those still to come, fonts that have their letters; return the families."""
    import matplotlib as mpl
    from matplotlib.text import Text

    texts = [artist for artist in canvas.figure.findobj(Text) if isinstance(artist, Text)]
    letters = letters_of([*(text.get_text() for text in texts), *more])
    families = choose_families(letters, canvas.language.code)
    mpl.rcParams["font.family"] = families
    for text in texts:
        text.set_fontfamily(families)
    return families


def files_of(canvas: Canvas, folder: Path, name: str, formats: Sequence[str]) -> dict[Path, bytes]:
    """Return a figure in each format, by file."""
    import matplotlib as mpl

    families = use_fonts(canvas)
    # Fonts with outlines of another kind than TrueType cannot go into a PDF as type 42; type 3 takes any.
    mpl.rcParams["pdf.fonttype"] = 42 if has_outlines_of_truetype(families) else 3
    return {folder / f"{name}.{format_}": _render(canvas, format_) for format_ in formats}


def _render(canvas: Canvas, format_: str) -> bytes:
    """Return a figure as a file that knows no date."""
    undated: dict[str, dict[str, Any]] = {
        "png": {"Software": "planner"},
        "svg": {"Date": None, "Creator": "planner", "Title": canvas.title},
        "pdf": {"CreationDate": None, "Creator": "planner", "Producer": "matplotlib", "Title": canvas.title},
    }
    file = BytesIO()
    # Letters that are drawn twice would be found twice: an SVG draws halos by its own means.
    for halo in canvas.halos:
        halo.set_visible(format_ != "svg")
    canvas.figure.savefig(file, format=format_, dpi=DPI if format_ == "png" else 72, metadata=undated[format_])
    data = file.getvalue()
    return _lighter(data.decode()).encode() if format_ == "svg" else data


def _lighter(svg: str) -> str:
    """Round points to a hundredth, give labels halos, and let a viewer without the font take one without serifs."""
    rounded = re.sub(r' d="[^"]*"', lambda found: re.sub(r"\d+\.\d{3,}", _hundredths, found[0]), svg)
    halo = f'<text style="paint-order: stroke; stroke: {PAPER}; stroke-width: {HALO_PT}; stroke-opacity: 0.85; '
    clear = re.sub(r'(<g id="label-\d+">\s*(?:<!--.*?-->)?\s*(?:<g [^>]*>\s*)*)<text style="', rf"\1{halo}", rounded)
    return re.sub(r"(font-family: [^;\"]*)", r"\1, sans-serif", clear)


def _hundredths(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def check_formats(formats: Sequence[str]) -> list[str]:
    """Return the formats, each once, in the order asked; raises UsageError for one that pictures are not written in."""
    asked = [format_.lower().lstrip(".") for format_ in formats]
    for format_ in asked:
        if format_ not in FORMATS:
            raise UsageError(f"there are no pictures in '{format_}': {did_you_mean(format_, FORMATS)}")
    return list(dict.fromkeys(asked))
