"""How the web server runs under script/server and in production (README, "In production")."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

from gunicorn.http import message

from assetreg.db import db
from search.warming import warm_up_in_a_thread

# How long a thread may compute before another may take over. Python's own 5 ms hands over several times in every page
# while eight are asked for at once, and each hand-over costs: with 20 ms a tenth to a fifth more pages are answered.
SWITCH_AFTER_S = 0.02


def whole_number(name: str, standard: int) -> int:
    """A setting that must be a whole number above 0; one sentence and no start when it is not."""
    said = os.environ.get(name) or str(standard)
    if not (said.isascii() and said.isdigit() and 0 < int(said) <= 512):
        sys.exit(f"Set {name} to a whole number from 1 to 512, not “{said}”.")
    return int(said)


HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = os.environ.get("PORT") or "8000"

wsgi_app = "assetreg.wsgi:app"
bind = [f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"]
worker_class = "gthread"
workers = whole_number("WEB_WORKERS", 2)
threads = whole_number("WEB_THREADS", 8)
timeout = 30
graceful_timeout = 10
keepalive = 5
# Loaded once and then forked: half the memory, and half the time to start.
preload_app = True
# gunicorn would open a socket for remote control in the home folder, shared by every server of the account.
control_socket_disable = True
# The application logs requests itself, without addresses or search words; gunicorn's own log would have both.
accesslog = None
loglevel = "warning"
# A long search in a script outside Latin letters, percent-encoded, is longer than gunicorn's own limit of 4,094, and
# somebody who pastes a whole letter into the box should be answered by us. gunicorn takes no more than 8,190 as a
# setting, but only because of this constant of its own.
message.MAX_REQUEST_LINE = limit_request_line = 65_536
# The workers' sign of life is a file that is touched every second: better in memory than on a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def leave_people_out(record: logging.LogRecord) -> bool:
    """Take network addresses and what was asked out of gunicorn's own complaints (privacy page, "What we keep")."""
    said = str(record.msg)
    if said.startswith("Invalid request from ip="):
        record.msg, record.args = "A request that is not HTTP was refused", ()
    elif said.startswith("Error handling request"):
        record.msg, record.args = "A request could not be handled", ()
    return True


def on_starting(server: Any) -> None:
    """Before the first worker: gunicorn's log keeps to the same rule as ours."""
    server.log.error_log.addFilter(leave_people_out)


def post_fork(server: Any, _worker: Any) -> None:
    """Forget database connections that loading may have opened: two processes must not speak on one."""
    with server.app.wsgi().app_context():
        db.engine.dispose(close=False)


def post_worker_init(worker: Any) -> None:
    """Read what questions need, in a thread: the worker serves from now on, the first question is as fast as others."""
    sys.setswitchinterval(SWITCH_AFTER_S)
    warm_up_in_a_thread(worker.app.wsgi())
