"""Native libraries write nothing to the standard output; what Python writes arrives.

Solvers print banners, warnings and licences to descriptor 1, past ``sys.stdout`` and whatever their options say: HiGHS
1.16 prints a banner when a model is made, which must not end up in JSON on the standard output.

While silence holds, descriptor 1 leads to nowhere, and Python's own standard output goes on through a copy of what it
was. So words of other threads, of callbacks and of progress are neither lost nor moved. Only a program that is started
within such a moment, and that inherits descriptor 1, is silenced with the solver.
"""

from __future__ import annotations

import ctypes
import io
import os
import sys
from contextlib import ContextDecorator, suppress
from functools import cache
from threading import Lock
from typing import Any

STDOUT = 1


class Silence(ContextDecorator):
    """Reference-counted: the first user in the process begins it, the last one ends it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._wanted = 0
        self._kept: int | None = None
        self._moved: list[Any] = []

    def __enter__(self) -> None:
        with self._lock:
            if self._wanted == 0:
                self._begin()
            self._wanted += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._wanted -= 1
            if self._wanted == 0:
                self._end()

    def _begin(self) -> None:
        """Move Python's standard output to a copy of descriptor 1, and turn that to nowhere."""
        try:
            self._kept = os.dup(STDOUT)
        except OSError:  # it is closed, as of a service or a window: nobody reads it, and no file shall become it
            _lead_nowhere()
            return
        _flush_c()
        for raw in _raw_streams():
            _lead(raw, self._kept)
            self._moved.append(raw)
        _lead_nowhere()

    def _end(self) -> None:
        """Turn descriptor 1 back, after what C has still in its buffers went nowhere."""
        if self._kept is None:
            return
        _flush_c()
        os.dup2(self._kept, STDOUT)
        for raw in self._moved:
            _lead(raw, STDOUT)
        self._moved.clear()
        os.close(self._kept)
        self._kept = None


silence = Silence()
"""The one of this process: ``with silence:`` around native code, or ``@silence`` over a function that runs it."""


def _lead_nowhere() -> None:
    """Turn descriptor 1 to where nothing is kept."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    if nowhere != STDOUT:
        os.dup2(nowhere, STDOUT)
        os.close(nowhere)


def _lead(raw: Any, descriptor: int) -> None:
    """Turn a stream to another descriptor; it stays the same stream, so that whoever holds it need not know."""
    raw.__init__(descriptor, "w", closefd=False)


def _raw_streams() -> list[Any]:
    """Return the lowest floor of Python's standard output where it writes to descriptor 1; none in a notebook."""
    found: list[Any] = []
    for stream in (sys.stdout, sys.__stdout__):
        with suppress(OSError, ValueError):  # it may be closed or detached, or have no descriptor
            buffer = getattr(stream, "buffer", None)
            raw = getattr(buffer, "raw", buffer)  # an unbuffered Python has no floor between
            if isinstance(raw, io.RawIOBase) and raw.fileno() == STDOUT and not any(raw is each for each in found):
                found.append(raw)
    return found


def _flush_c() -> None:
    """Write out what C programs hold for their standard output, at where descriptor 1 leads now."""
    libc, stream = _c_stdout()
    if libc is not None:
        libc.fflush(stream)


@cache
def _c_stdout() -> tuple[Any, Any]:
    """Return the C library and its ``stdout``; nothing where they cannot be had."""
    with suppress(OSError, AttributeError, ValueError):
        if sys.platform == "win32":
            libc: Any = ctypes.CDLL("ucrtbase")
            streams = libc["__acrt_iob_func"]
            streams.restype = ctypes.c_void_p
            return libc, ctypes.c_void_p(streams(STDOUT))
        libc = ctypes.CDLL(None)
        name = "__stdoutp" if sys.platform == "darwin" else "stdout"
        return libc, ctypes.c_void_p.in_dll(libc, name)
    return None, None
