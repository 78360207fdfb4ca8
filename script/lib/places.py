"""Where things are: the checkout, and the folder for everything that is made at run time."""

from __future__ import annotations

import os
from pathlib import Path

from say import Stop

LIB = Path(__file__).resolve().parent
ROOT = LIB.parent.parent
VAR = Path(os.environ.get("ASSETREG_VAR") or ROOT / "var").absolute()
VENV = VAR / "venv"
PYTHON = VENV / "bin" / "python"
SETUP_LOG = VAR / "log" / "setup.log"

ROOM_NEEDED = 1_500_000_000


def make_var() -> None:
    """Make the run-time folder. Other accounts may pass through it (PostgreSQL's must); what is secret is 0600."""
    if not VAR.exists():
        VAR.mkdir(mode=0o755, parents=True)
        VAR.chmod(0o755)
    (VAR / "log").mkdir(exist_ok=True)


def check_room(bytes_needed: int = ROOM_NEEDED) -> None:
    """Raise Stop when the disk that holds the run-time folder is too full for a first start."""
    existing = next(folder for folder in (VAR, *VAR.parents) if folder.exists())
    disk = os.statvfs(existing)
    free = disk.f_bavail * disk.f_frsize
    if free < bytes_needed:
        raise Stop(
            f"The first start needs about {bytes_needed / 1e9:.1f} GB of disk under {existing}, and only "
            f"{free / 1e9:.1f} GB is free. Make some space, or set ASSETREG_VAR to a folder on another disk."
        )


def write_secret(file: Path, secret: str) -> None:
    """Write a file that only this account may read."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(secret)
