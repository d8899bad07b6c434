"""Topologies written in every layout that YAML allows and a person may choose, drawn at random."""

from __future__ import annotations

from random import Random

COUNTRIES = ["NO", "KZ", "CN", "007"]
REMARKS = [
    "# plain",
    "#no blank",
    "# tab\there",
    "# Größe: 中亚, x",
    "#",
    "# --- Group ---",
    "# key: value",
    "# {a: b}",
]


def word(random: Random, text: str) -> str:
    """Return a scalar with or without quotes."""
    plain = text and ": " not in text and " #" not in text and text[0] not in "\"'[{#&*!|>@" and "," not in text
    styles = ["'" + text.replace("'", "''") + "'", '"' + text.replace('"', '\\"') + '"']
    return random.choice([*styles, *[text] * 4]) if plain else random.choice(styles)


class Layout:
    """Writes one topology."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 -- layouts, no secrets
        self.newline = self.random.choice(["\n", "\n", "\r\n"])
        self.bom = self.random.random() < 0.2
        self.step = self.random.choice([2, 2, 3, 4])
        self.remarks = self.random.choice([0, 0.1, 0.4])
        self.lines: list[str] = []

    def bytes(self) -> bytes:
        """Return the file."""
        text = self.newline.join(self.lines)
        if self.random.random() < 0.7:
            text += self.newline * self.random.choice([1, 1, 2])
        return (b"\xef\xbb\xbf" if self.bom else b"") + text.encode("utf-8")

    def put(self, depth: int, text: str) -> None:
        """Write a line, perhaps with remarks and blank lines above and a remark behind."""
        for _ in range(self.random.choice([1, 2]) if self.random.random() < self.remarks else 0):
            self.lines.append(" " * depth * self.step + self.random.choice(REMARKS))
        if self.random.random() < self.remarks / 4:
            self.lines.append(self.random.choice(["", "  "]))
        behind = self.random.random() < self.remarks and not text.endswith((",", "[", "{"))
        blanks = self.random.choice(["", "", " ", "   "]) if not behind else ""
        self.lines.append(" " * depth * self.step + text + ("  " + self.random.choice(REMARKS) if behind else blanks))

    def flow(self, value: object) -> str:
        """Return a value in brackets."""
        if isinstance(value, dict):
            gap = self.random.choice(["", " "])
            return "{" + gap + ", ".join(f"{key}: {self.flow(part)}" for key, part in value.items()) + gap + "}"
        if isinstance(value, list):
            return "[" + self.random.choice([", ", " , ", ","]).join(self.flow(part) for part in value) + "]"
        return word(self.random, str(value))

    def field(self, key: str, value: object, depth: int) -> None:
        """Write a key with its value, in brackets or by lines."""
        if isinstance(value, str) or not value or self.random.random() < 0.5:
            name = self.random.choice([key, key, f'"{key}"'])
            text = f"{name}:{self.random.choice([' ', ' ', '   '])}{self.flow(value)}"
            parts = text.split(", ")
            if len(parts) > 2 and "{" not in text[len(name) :][:4] and self.random.random() < 0.3 and "'" not in text:
                middle = len(parts) // 2
                self.put(depth, ", ".join(parts[:middle]) + ",")
                self.lines.append(" " * (depth * self.step + 3) + ", ".join(parts[middle:]))
            else:
                self.put(depth, text)
        elif isinstance(value, dict):
            self.put(depth, f"{key}:")
            for inner, part in value.items():
                self.field(inner, part, depth + 1)
        else:
            self.put(depth, f"{key}:")
            for part in value:
                self.put(depth + self.random.choice([1]), f"- {self.flow(part)}")


def topology(seed: int, *, cables: bool = True) -> bytes:
    """Return the bytes of a topology of a dozen records in a random layout."""
    layout = Layout(seed)
    random = layout.random
    names = [f"n{number}" for number in range(random.randint(4, 7))]
    nodes = {
        name: {"country": random.choice(COUNTRIES[:3]), "lat": str(number), "lon": f"-{number}.50", "note": "it's a: b"}
        for number, name in enumerate(names)
    }
    sites = {
        f"s{number}": {
            "node": random.choice(names),
            "status": "operating",
            "compute": random.choice(["10P", "2 PFLOPS", "3PFLOPS"]),
            "expansion": [{"max": "500PFLOPS", "capex": {"2026": "60kUSD/PFLOPS", "2030": "2 kUSD / PFLOPS"}}],
            "source": "007-x",
        }
        for number in range(3)
    }
    links = {
        f"l{number}": {
            "ends": random.sample(names, 2),
            "kind": "terrestrial",
            "capacity": {"2026": "1Tbps", "2030": "2 Tbps"},
        }
        for number in range(5)
    }
    landings = random.sample(names, len(names))
    cable = {
        "capacity": "1 Tbps",
        "route": landings,
        "segments": {
            f"{landings[1]}--{landings[0]}": {"length": "5km"},
            f"{landings[2]}--{landings[1]}": {"rtt": "900us"},
        },
    }
    fails = ["link:l0", "link:l1", "site:s0", "c1", f"c1:{landings[0]}--{landings[1]}"]
    sections: dict[str, dict[str, object]] = {
        "nodes": nodes,
        "sources": {"007-x": {"title": "12:30"}},
        "risks": {"r1": {"fails": fails}, "r2": {"fails": ["risk:r1"], "title": "no: way"}},
        "sites": sites,
        "links": links,
    }
    if cables:
        sections["cables"] = {"c1": cable}
    order = list(sections)
    random.shuffle(order)
    layout.put(0, "topology: fuzz")
    layout.put(0, "title: A title")
    for section in order:
        if random.random() < 0.4:
            layout.lines.append("")
        if random.random() < 0.12:
            layout.put(0, f"{section}: {layout.flow(sections[section])}")
            continue
        layout.put(0, f"{section}:")
        for key, record in sections[section].items():
            if random.random() < 0.4:
                layout.put(1, f"{key}: {layout.flow(record)}")
            elif random.random() < 0.3:
                layout.put(1, f"{key}:")
                layout.lines.append(" " * 2 * layout.step + layout.flow(record))
            else:
                layout.put(1, f"{key}:")
                for field, value in record.items():  # type: ignore[attr-defined]
                    layout.field(field, value, 2)
    return layout.bytes()
