"""What a study has found so far, in a folder: a file for each answer, so that a study goes on where it was ended.

An answer is known by its name and by all that it rests on: the question, how hard it was tried, the planner's version.
One to another question, or to another version, is found out anew. Folders of several machines may be put together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from planner.files.changing.writing import put_file
from planner.version import __version__

if TYPE_CHECKING:
    from planner.files import Inputs

ANSWERS = "answers"
"""The folder of the answers in the folder of a study."""


@dataclass(frozen=True)
class Ledger:
    """Answers by name; without a folder nothing is kept.

    Attributes
    ----------
    rests_on
        the fingerprint of what all answers rest on
    """

    folder: Path | None
    rests_on: str

    def find(self, name: str) -> Any | None:
        """Return the answer of that name to this question; None where there is none, or its file is no answer."""
        if self.folder is None:
            return None
        try:
            kept = json.loads(self._file(name).read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        is_ours = isinstance(kept, dict) and kept.get("rests_on") == self.rests_on and kept.get("name") == name
        return kept.get("answer") if is_ours else None

    def keep(self, name: str, answer: Any) -> None:
        """Keep an answer, made of what JSON knows. Raises RunError where it cannot be written."""
        if self.folder is None:
            return
        kept = {"name": name, "rests_on": self.rests_on, "answer": answer}
        text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
        put_file(self._file(name), f"{text}\n".encode())

    def _file(self, name: str) -> Path:
        assert self.folder is not None
        return self.folder / ANSWERS / f"{name}.json"


def fingerprint(inputs: Inputs, **options: object) -> str:
    """Return a digest of a question and of how it is to be answered, the same in every process."""
    parts = [_plain(part) for part in (inputs.scenario, inputs.topology, inputs.demand)]
    text = json.dumps([__version__, parts, _plain(options)], sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return what JSON knows, sets in order."""
    if isinstance(value, BaseModel):
        return {name: _plain(getattr(value, name)) for name, field in type(value).model_fields.items()
                if not field.exclude}  # fmt: skip
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
