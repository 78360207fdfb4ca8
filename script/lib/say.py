"""What a script tells the person who runs it: steps as they happen, and one clear sentence when it must stop."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(Exception):
    """The script cannot go on; the message is one sentence that says what to do."""


def step(sentence: str) -> None:
    """Say what happens now (on stderr: the standard output belongs to commands)."""
    print(sentence, file=sys.stderr, flush=True)


def run(main: Callable[[], int]) -> NoReturn:
    """Run a script's `main` and exit with its status; expected trouble is one sentence, never a traceback."""
    for number in ENDINGS:
        signal.signal(number, interrupt)
    try:
        status = main()
    except Stop as reason:
        step(str(reason))
        status = 1
    except KeyboardInterrupt:
        status = 130
    except OSError as problem:
        step(explain(problem))
        status = 1
    sys.stdout.flush()
    sys.exit(status)


def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """End once, however the request came, and let nothing interrupt the tidying up (which has time limits)."""
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def explain(problem: OSError) -> str:
    """One sentence for what the operating system refused."""
    place = f" ({problem.filename})" if problem.filename else ""
    if problem.errno == errno.ENOSPC:
        return f"The disk is full{place}. Make some space, then run this again."
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"This account may not use a file the script needs{place}. "
            "Run it as the account that ran it before, or set ASSETREG_VAR to a folder of your own."
        )
    return f"The system refused: {os.strerror(problem.errno) if problem.errno else problem}{place}."
