"""Structured logs: one JSON object a line on stderr, and nothing in it about a person."""

from __future__ import annotations

import logging
import time
import uuid

from flask import Flask, Response, g, request
from pythonjsonlogger.json import JsonFormatter

LOG = logging.getLogger("assetreg.requests")


def init_app(app: Flask) -> None:
    """Log one line a request: endpoint, status and duration. Never the query, the address or who asked."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("assetreg")
    if not root.handlers:
        root.addHandler(handler)
        root.propagate = bool(app.config.get("TESTING"))
    root.setLevel(logging.INFO)

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
