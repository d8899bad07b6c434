"""Many questions at once: processes that each answer one after another, from inputs that are shipped once.

What comes out does not depend on how many there are: answers are known by name, and whoever asks puts them in order.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from planner.engine.silence import silence
from planner.errors import PlannerError, SolverError, UsageError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from planner.engine.solution import Watch

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Answer = TypeVar("Answer")
PATIENCE_SECONDS = 0.2
"""How often it is looked whether to stop."""
DONE, FAULT, BUG = "done", "fault", "bug"


@dataclass(frozen=True)
class Outcome(Generic[Answer]):
    """What became of one item: its answer, or what was wrong with it."""

    name: str
    answer: Answer | None
    fault: str = ""


def available_cores() -> int:
    """Return how many processes can run at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_jobs(jobs: int) -> int:
    """Return a number of processes. Raises UsageError where it is none."""
    if jobs < 1:
        raise UsageError(f"{jobs} processes answer nothing: give a number of one or more, such as {available_cores()}")
    return jobs


def answer_all(
    work: Callable[[Shared, Item], Answer],
    shared: Shared,
    items: Mapping[str, Item],
    *,
    jobs: int = 1,
    watch: Watch | None = None,
) -> Iterator[Outcome[Answer]]:
    """Yield the outcome of each item, as they come; what is not begun when the watch says stop is left out.

    Parameters
    ----------
    work
        a function of a module, which every process imports for itself
    shared
        what all items have in common: every process gets it once
    jobs
        processes; with one, or one item, all is done here

    Raises
    ------
    SolverError
        where a process ends in the middle of an item for the second time
    """
    jobs = min(check_jobs(jobs), len(items))
    if jobs <= 1:
        yield from _answer_here(work, shared, items, watch)
        return
    with ExitStack() as stack:
        crew = _Crew(work, shared)
        stack.callback(crew.end)
        yield from crew.answer(items, jobs, watch)


def _answer_here(
    work: Callable[[Shared, Item], Answer], shared: Shared, items: Mapping[str, Item], watch: Watch | None
) -> Iterator[Outcome[Answer]]:
    for name, item in items.items():
        if watch is not None and watch.must_stop:
            return
        try:
            yield Outcome(name, work(shared, item))
        except PlannerError as error:
            yield Outcome(name, None, str(error))


class _Crew:
    """The processes, each at the end of a pipe of its own."""

    def __init__(self, work: Callable[[Any, Any], Any], shared: Any) -> None:
        self._work, self._shared = work, shared
        self._members: dict[Connection, BaseProcess] = {}

    def answer(self, items: Mapping[str, Any], jobs: int, watch: Watch | None) -> Iterator[Outcome[Any]]:
        """Hand out the items in their order, and yield outcomes as they come."""
        waiting, busy, lost = list(items), dict[Any, str](), set[str]()
        for _ in range(jobs):
            self._hire()
        free = list(self._members)
        while waiting or busy:
            if watch is not None and watch.must_stop:
                return
            while waiting and free:
                pipe, name = free.pop(), waiting.pop(0)
                busy[pipe] = name
                pipe.send((name, items[name]))
            for pipe in cast("list[Any]", connection.wait(list(busy), timeout=PATIENCE_SECONDS)):
                name = busy.pop(pipe)
                outcome = self._hear(pipe)
                if outcome is not None:
                    free.append(pipe)
                    yield outcome
                    continue
                if name in lost:
                    raise SolverError(f"{name}: the process that answered it has ended twice in the middle")
                lost.add(name)
                waiting.insert(0, name)
                free.append(self._hire())

    def _hire(self) -> Any:
        """Start a process; a new one imports all anew, so that no thread or lock of this one comes along."""
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        member = context.Process(target=_serve, args=(theirs, self._work, self._shared), daemon=True)
        member.start()
        theirs.close()
        self._members[ours] = member
        return ours

    def _hear(self, pipe: Any) -> Outcome[Any] | None:
        """Return what a process says, or None where it has ended."""
        try:
            name, how, answer = pipe.recv()
        except (EOFError, OSError):
            pipe.close()
            self._members.pop(pipe).join()
            return None
        if how == BUG:
            raise RuntimeError(f"{name} in a process of its own:\n{answer}")
        return Outcome(name, answer) if how == DONE else Outcome(name, None, answer)

    def end(self) -> None:
        """End all processes, whatever they do: what they have not said is lost."""
        for pipe, member in self._members.items():
            pipe.close()
            member.terminate()
            member.join()
        self._members.clear()


def _serve(pipe: Connection, work: Callable[[Any, Any], Any], shared: Any) -> None:
    """Answer one item after another until the other end closes; Ctrl-C is the other end's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with silence, suppress(EOFError, OSError):
        while True:
            name, item = pipe.recv()
            pipe.send((name, *_answer(work, shared, item)))


def _answer(work: Callable[[Any, Any], Any], shared: Any, item: Any) -> tuple[str, Any]:
    try:
        return DONE, work(shared, item)
    except PlannerError as error:
        return FAULT, str(error)
    except Exception:  # noqa: BLE001 - it is told where it is heard, with its traceback
        return BUG, traceback.format_exc()
