"""Ctrl-C, and being told to end: a word in place of a traceback, at once, in every phase, and nothing left behind.

Python runs a signal's handler only between two of its own instructions, which a solver in C may keep waiting for
minutes, and a KeyboardInterrupt in the middle of an import may come out of it as any error. So signals are read from
the wake-up socket in a thread of its own.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from planner.ending import nothing_unfinished

if TYPE_CHECKING:
    from planner.engine.solution import Watch

SHOW_CURSOR = "\x1b[?25h"
MESSAGE = "Interrupted: the best plan so far follows after the round under way. Ctrl-C again aborts at once."
WORDS = {"SIGINT": "Aborted.", "SIGTERM": "Terminated.", "SIGHUP": "Terminated."}
"""Signals that end the process, with its last word; Windows does not know them all."""
OFFSET = 128
"""What shells add to a signal's number for the exit code."""


@contextmanager
def end_at_once() -> Iterator[None]:
    """Let Ctrl-C and the like end the process at any moment, with a word; signals that are ignored stay ignored."""
    known = [getattr(signal, name) for name in WORDS if hasattr(signal, name)]
    with _listening([number for number in known if signal.getsignal(number) is not signal.SIG_IGN], _end):
        yield


@contextmanager
def stop_on_interrupt(
    watch: Watch, tell: Callable[[str], None], *, is_worth_it: Callable[[], bool] = lambda: True
) -> Iterator[None]:
    """Let the first Ctrl-C set `watch.interrupted` and tell the user, and the second one end the process.

    Parameters
    ----------
    is_worth_it
        whether there is anything yet that could be shown; if not, the first Ctrl-C ends the process
    """

    def hear(number: int) -> None:
        if number != signal.SIGINT or watch.interrupted or not is_worth_it():
            _end(number)
        watch.interrupted = True
        tell(MESSAGE)

    with _listening([signal.SIGINT], hear):
        yield


@contextmanager
def _listening(numbers: list[int], hear: Callable[[int], None]) -> Iterator[None]:
    """Have signals heard in a thread of their own; Python takes them in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    listener = threading.Thread(target=_listen, args=(reader, hear), daemon=True)
    with ExitStack() as stack:
        stack.callback(reader.close)
        listener.start()
        stack.callback(listener.join)
        stack.callback(writer.close)
        for number in numbers:
            stack.callback(signal.signal, number, signal.signal(number, lambda *_: None))
        stack.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False))
        yield


def _listen(reader: socket.socket, hear: Callable[[int], None]) -> None:
    """Read signal numbers, one a byte, until the other end closes."""
    while received := reader.recv(16):
        for number in received:
            if signal.Signals(number).name in WORDS:
                hear(number)


def _end(number: int) -> None:
    """End the process at once, once what was being written is whole or gone."""
    with suppress(OSError, ValueError):  # who read the words may have gone first
        if sys.stderr.isatty():
            sys.stderr.write(SHOW_CURSOR)
        sys.stderr.write(f"\n{WORDS[signal.Signals(number).name]}\n")
        sys.stderr.flush()
    _end_children()
    with nothing_unfinished():
        os._exit(OFFSET + number)


def _end_children() -> None:
    """End the programs that this process has started: a solver of its own would go on for hours, for nobody.

    Ctrl-C reaches them by itself, other signals do not. Only Linux tells a process its children. Bytes are read, for an
    encoding may still have to be imported, and another thread may hold the lock of imports.
    """
    for file in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        with suppress(OSError, ValueError):
            for child in file.read_bytes().split():
                os.kill(int(child), signal.SIGTERM)
