"""The sentences of the reports and their translations: bring the catalogues up to date and list what is missing.

Run it as ``python -m tests.report.catalogue``; it ends with 1 where a translation is missing.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from planner.plan.phrase_reading import all_phrases
from planner.plan.phrases import KINDS, STATUSES
from planner.programme.families import FAMILIES
from planner.report.language.speech import LANGUAGES

PLANNER = Path(__file__).parents[2] / "planner"
LOCALES = PLANNER / "report" / "locales"
FORMS = {"text": 1, "texts": 2}
"""What says a sentence, and how many of its arguments, the first ones, are forms of it."""
TRANSLATED = tuple(code for code in LANGUAGES if code != "en")
PLURALS = {
    "zh": "nplurals=1; plural=0;",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "fr": "nplurals=2; plural=(n > 1);",
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5);"
    ),
}
"""The forms that each language tells apart. They are chosen here, for lists of them change: CLDR counts a third French
one by now, "un million de sites", but reports write numbers in figures, "1 000 000 sites", and there are two."""

Message = tuple[str, ...]
"""A sentence, or its forms for one and for many."""


@cache
def extract_messages() -> list[Message]:
    """Return every sentence of the package, sorted: of the code, of the pages, and of what a run keeps."""
    found: set[Message] = {(word,) for word in (*KINDS, *STATUSES)}
    found.update(phrase.messages for phrase in all_phrases())
    found.update((family.words,) for family in FAMILIES.values() if family.words)
    for file in sorted(PLANNER.rglob("*.py")):
        found.update(_said_in_code(file.read_text(encoding="utf-8")))
    for file in sorted(PLANNER.rglob("*.j2")):
        found.update(_said_in_page(file.read_text(encoding="utf-8")))
    counted = {message[0] for message in found if len(message) > 1}
    return sorted(message for message in found if len(message) > 1 or message[0] not in counted)


def _said_in_code(source: str) -> Iterator[Message]:
    """Yield what calls of ``text`` and ``texts`` say in literal strings."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            said = [each.value for each in call.args[: FORMS.get(name, 0)] if isinstance(each, ast.Constant)]
            if said and len(said) == FORMS[name] and all(isinstance(each, str) for each in said):
                yield tuple(said)


def _said_in_page(source: str) -> Iterator[Message]:
    """Yield the same of a template."""
    for _, name, said in extract_from_ast(Environment(autoescape=True).parse(source), tuple(FORMS)):
        forms = (said,) if isinstance(said, str) else said[: FORMS[name]]
        if all(isinstance(each, str) for each in forms):
            yield tuple(str(each) for each in forms)


def read_catalogue(code: str) -> dict[Message, tuple[str, ...]]:
    """Return the translations of a language by sentence, in as many forms as it has; none where there is no file."""
    path = LOCALES / f"{code}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    return {_forms(each.id): _forms(each.string) for each in catalogue if each.id}


def _forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def write_catalogue(code: str, translations: dict[Message, tuple[str, ...]]) -> bytes:
    """Return a catalogue's file: every sentence in order, without dates, places and names."""
    plurals = PLURALS[code]
    heads = (f"Language: {code}", "Content-Type: text/plain; charset=utf-8", f"Plural-Forms: {plurals}")
    lines = ['msgid ""', 'msgstr ""', *(f'"{head}\\n"' for head in heads), ""]
    for message in extract_messages():
        forms = 1 if len(message) == 1 else int(plurals.removeprefix("nplurals=").split(";")[0])
        lines += _entry(message, translations.get(message) or ("",) * forms)
    return ("\n".join(lines) + "\n").encode()


def _entry(message: Message, said: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of one sentence."""
    if any(name is not None for form in message for _, name, _, _ in Formatter().parse(form)):
        yield "#, python-brace-format"
    yield f"msgid {_quoted(message[0])}"
    if len(message) == 1:
        yield f"msgstr {_quoted(said[0])}"
    else:
        yield f"msgid_plural {_quoted(message[1])}"
        yield from (f"msgstr[{number}] {_quoted(form)}" for number, form in enumerate(said))
    yield ""


def _quoted(text: str) -> str:
    """Return a text as catalogues write it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def missing(code: str) -> list[Message]:
    """Return the sentences that a language does not say."""
    known = read_catalogue(code)
    return [message for message in extract_messages() if not all(known.get(message, ("",)))]


def obsolete(code: str) -> list[Message]:
    """Return the sentences in a catalogue that nothing says any more."""
    return sorted(set(read_catalogue(code)) - set(extract_messages()))


def main() -> int:
    """Bring all catalogues up to date and print what is missing and what went."""
    left = 0
    for code in TRANSLATED:
        gone = obsolete(code)
        (LOCALES / f"{code}.po").write_bytes(write_catalogue(code, read_catalogue(code)))
        lacking = missing(code)
        left += len(lacking)
        lines = [f"{code}: {len(lacking)} missing, {len(gone)} taken out"]
        lines += [f"  missing: {' | '.join(message)}" for message in lacking]
        lines += [f"  taken out: {' | '.join(message)}" for message in gone]
        sys.stdout.write("\n".join(lines) + "\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
