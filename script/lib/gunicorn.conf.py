"""How the web server runs under script/server and in production (README, "In production")."""

import os
from pathlib import Path

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = os.environ.get("PORT", "8000")

wsgi_app = "assetreg.wsgi:app"
bind = [f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"]
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 30
graceful_timeout = 10
keepalive = 5
# The application logs requests itself, without addresses or search words; gunicorn's own log would have both.
accesslog = None
loglevel = "warning"
# The workers' sign of life is a file that is touched every second: better in memory than on a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
