"""A report as a reader meets it: its elements, its words, its tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "hr", "input"}
UNSEEN = {"script", "style", "title"}


@dataclass
class Element:
    """An element with its attributes, its parts and the text directly in it."""

    tag: str
    attributes: dict[str, str | None]
    parts: list[Element | str] = field(default_factory=list)

    def all(self, *tags: str) -> list[Element]:
        """Return the elements of some tags inside, in their order."""
        inside = [part for part in self.parts if isinstance(part, Element)]
        return [each for part in inside for each in ([part] if part.tag in tags else []) + part.all(*tags)]

    def find(self, key: str) -> Element:
        """Return the element with an id."""
        (found,) = [each for each in self.everything() if each.attributes.get("id") == key]
        return found

    def everything(self) -> list[Element]:
        """Return every element inside."""
        inside = [part for part in self.parts if isinstance(part, Element)]
        return [each for part in inside for each in [part, *part.everything()]]

    @property
    def words(self) -> str:
        """The text that is seen, with single spaces."""
        seen = (part if isinstance(part, str) else part.words for part in self.parts)
        return " ".join(" ".join(seen).split()) if self.tag not in UNSEEN else ""

    def table(self, caption: str) -> list[list[str]]:
        """Return the rows of the table whose caption begins so."""
        (found,) = [each for each in self.all("table") if each.all("caption")[0].words.startswith(caption)]
        return [[cell.words for cell in row.all("th", "td")] for row in found.all("tbody")[0].all("tr")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].parts.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read(text: str) -> Element:
    """Return a page as elements; every one has to be closed."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1
    return reader.open[0]
