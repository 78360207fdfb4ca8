"""Structured logs: one JSON object a line on stderr, and nothing in it about a person.

No query strings, no addresses, no names of who asked; of exceptions the kind and the place, never the message, because
messages quote rows, parameters and mail addresses.
"""

from __future__ import annotations

import logging
import time
import traceback
import uuid
from pathlib import Path
from types import TracebackType

from flask import Flask, Response, g, has_request_context, request
from pythonjsonlogger.json import JsonFormatter

LOG = logging.getLogger("assetreg.requests")
HOUSE = Path(__file__).resolve().parent.parent

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PrivateFormatter(JsonFormatter):
    """JSON, with exceptions as a list of places."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  (logging's name)
        """Where it happened, from the outside in, and what kind of exception it was; the same of what caused it."""
        told: list[str] = []
        problem = ei[1]
        while problem is not None:
            frames = [place_of(frame) for frame in traceback.extract_tb(problem.__traceback__)]
            told.append(" > ".join([*frames, type(problem).__name__]))
            problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
        return " | caused by: ".join(told)


def place_of(frame: traceback.FrameSummary) -> str:
    """File, line and function, without what the machine's folders are called."""
    path = Path(frame.filename)
    if path.is_relative_to(HOUSE):
        path = path.relative_to(HOUSE)
    parts = path.parts
    if "site-packages" in parts:
        parts = parts[parts.index("site-packages") + 1 :]
    return f"{'/'.join(parts[-3:])}:{frame.lineno} {frame.name}"


def log_exception(exc_info: ExcInfo) -> None:
    """In place of Flask's own, which writes the path: paths can hold the secret of a link."""
    asked = {"method": request.method, "endpoint": request.endpoint or "none"} if has_request_context() else {}
    LOG.error("exception", exc_info=exc_info, extra={"request_id": g.get("request_id", ""), **asked})


def init_app(app: Flask) -> None:
    """Log one line a request: endpoint, status and duration. Never the query, the address or who asked."""
    handler = logging.StreamHandler()
    handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("assetreg")
    if not root.handlers:
        root.addHandler(handler)
        root.propagate = bool(app.config.get("TESTING"))
    root.setLevel(logging.INFO)
    app.log_exception = log_exception  # type: ignore[method-assign]

    @app.before_request
    def start_clock() -> None:
        g.started = time.monotonic()
        g.request_id = uuid.uuid4().hex[:12]

    @app.after_request
    def log_request(response: Response) -> Response:
        started = g.get("started")
        if request.endpoint != "static":
            LOG.info(
                "request",
                extra={
                    "request_id": g.get("request_id", ""),
                    "method": request.method,
                    "endpoint": request.endpoint or "none",
                    "status": response.status_code,
                    "ms": round((time.monotonic() - started) * 1000, 1) if started else None,
                },
            )
        return response
