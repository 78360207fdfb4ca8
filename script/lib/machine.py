"""What the machine offers to a private database: an account to run it, and a free port."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
from pathlib import Path
from typing import Any

from say import Stop


def database_account() -> pwd.struct_passwd | None:
    """The account that PostgreSQL runs as when we are root, because it refuses root; None when it runs as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", os.environ.get("SUDO_USER", ""), "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        if account.pw_uid != 0:
            return account
    raise Stop("PostgreSQL does not run as root and no other account was found. Run this as an ordinary account.")


def as_database_account() -> dict[str, Any]:
    """How to run PostgreSQL's programs (for subprocess): as its account, with nothing of our environment."""
    settings: dict[str, Any] = {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}}
    account = database_account()
    if account:
        settings |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return settings


def give_to_database_account(path: Path) -> None:
    """Make PostgreSQL's account the owner."""
    account = database_account()
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)


def may_enter(folder: Path) -> bool:
    """Can PostgreSQL's account reach this folder?"""
    return subprocess.run(["test", "-x", str(folder)], **as_database_account()).returncode == 0


def name_of(uid: int) -> str:
    """An account's name, or its number when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"account {uid}"


def works_in(pid: int, folder: Path) -> bool:
    """Is this process alive and working in this folder? (PostgreSQL's processes live in their data folder.)"""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:
        return False


def processes_in(folder: Path) -> list[int]:
    """Every process that works in this folder."""
    pids = (int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit())
    return [pid for pid in pids if works_in(pid, folder)]


def free_port() -> int:
    """A port of the loopback address that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Would a server on the loopback address get this port?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def last_line(said: str) -> str:
    """The last line of what a program said, ready to stand in a sentence."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it said nothing"
