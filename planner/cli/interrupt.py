"""Ctrl-C around a solve: the first one asks it to end with the best plan so far, the second one aborts.

Python runs a signal's handler only between two of its own instructions, which a solver in C may keep waiting for
minutes. So the signal is read from the wake-up socket in a thread of its own.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.engine.solution import Watch

ABORTED = 130
SHOW_CURSOR = "\x1b[?25h"
MESSAGE = "Interrupted: the best plan so far follows after the round under way. Ctrl-C again aborts at once."


@contextmanager
def stop_on_interrupt(watch: Watch, tell: Callable[[str], None]) -> Iterator[None]:
    """Let the first Ctrl-C set `watch.interrupted` and tell the user, and the second one end the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    listener = threading.Thread(target=_listen, args=(reader, watch, tell), daemon=True)
    previous = signal.signal(signal.SIGINT, lambda *_: None)
    woken = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    listener.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken)
        signal.signal(signal.SIGINT, previous)
        writer.close()
        listener.join()
        reader.close()


def _listen(reader: socket.socket, watch: Watch, tell: Callable[[str], None]) -> None:
    """Read signal numbers, one a byte, until the other end closes."""
    while received := reader.recv(16):
        for number in received:
            if number != signal.SIGINT:
                continue
            if watch.interrupted:
                _abort()
            watch.interrupted = True
            tell(MESSAGE)


def _abort() -> None:
    """End the process at once; nothing is being written during a solve."""
    if sys.stderr.isatty():
        sys.stderr.write(SHOW_CURSOR)
    sys.stderr.write("\nAborted.\n")
    sys.stderr.flush()
    os._exit(ABORTED)
