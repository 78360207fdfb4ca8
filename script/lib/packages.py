"""What the distribution has to bring: PostgreSQL with PostGIS, Python's venv, and a browser for the tests."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from places import LIB
from quietly import Failed, run_quietly
from say import Stop, step

OLDEST_POSTGRES = 14
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_postgres(version: str | None = None) -> Path | None:
    """The folder of PostgreSQL's programs, with PostGIS beside it: the newest, or one version's. None: not there."""
    found = [
        (int(programs.parent.name), programs)
        for programs in Path("/usr/lib/postgresql").glob("*/bin")
        if programs.parent.name.isdigit()
        and has_programs(programs, Path("/usr/share/postgresql") / programs.parent.name)
    ]
    config = shutil.which("pg_config")
    if config and not found:
        answer = subprocess.run([config, "--bindir", "--sharedir", "--version"], capture_output=True, text=True)
        lines = answer.stdout.splitlines()
        number = re.search(r"\d+", lines[2]) if len(lines) == 3 else None
        if number and has_programs(Path(lines[0]), Path(lines[1])):
            found.append((int(number[0]), Path(lines[0])))
    usable = [entry for entry in found if entry[0] >= OLDEST_POSTGRES and version in (None, str(entry[0]))]
    return max(usable)[1] if usable else None


def has_programs(programs: Path, share: Path) -> bool:
    """Are the server and the PostGIS extension both there?"""
    server = all((programs / name).exists() for name in ("initdb", "postgres", "psql", "pg_dump"))
    return server and (share / "extension" / "postgis.control").exists()


def install_postgres() -> None:
    """Install the distribution's own PostgreSQL and PostGIS."""
    update()
    listing = subprocess.run(
        ["apt-cache", "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"], capture_output=True, text=True
    )
    versions = [int(number) for number in re.findall(r"^postgresql-(\d+)-postgis-3 ", listing.stdout, re.MULTILINE)]
    if not versions:
        raise Stop(
            "This system offers no PostGIS packages. Install PostgreSQL 14 or newer with PostGIS 3, or set "
            "DATABASE_URL to a database that has them, then run this again."
        )
    newest = max(versions)
    install("PostgreSQL and PostGIS", f"postgresql-{newest}", f"postgresql-{newest}-postgis-3")


def has_venv() -> bool:
    """Can this Python make a virtual environment with pip in it?"""
    return all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))


def install_venv() -> None:
    """Install the module that Debian and Ubuntu ship apart from Python."""
    update()
    install("Python's venv module", f"python{sys.version_info.major}.{sys.version_info.minor}-venv")


def find_browser() -> str | None:
    """The Chromium that the journeys drive: $CHROMIUM, or the distribution's."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def install_browser() -> str:
    """Install Chromium and return where it is."""
    update()
    install("Chromium, for the browser journeys", "chromium")
    browser = find_browser()
    if browser is None:
        raise Stop("Chromium was installed but cannot be found. Set CHROMIUM to its path, then run this again.")
    return browser


_updated: list[bool] = []


def update() -> None:
    """Refresh the list of packages, once a run. A mirror that does not answer shows when installing."""
    if not shutil.which("apt-get"):
        raise Stop(
            "This script can install packages on Debian and Ubuntu only. On another system install PostgreSQL 14 or "
            "newer with PostGIS 3 and have pg_config on the PATH, or set DATABASE_URL; then run this again."
        )
    if not _updated:
        run_as_root("update", tolerate_failure=True)
        _updated.append(True)


def install(what: str, *packages: str) -> None:
    """Install distribution packages. Raises Stop with what an administrator can type when this account may not."""
    step(f"Installing {what} (a minute or two) …")
    try:
        run_as_root("install", *packages)
    except Failed as failure:
        raise Stop(
            f"{what} could not be installed: {failure.last_words}. Check the network connection and the space on the "
            f"disk, then run this again. Everything that was said is in {failure.log}."
        ) from None


def run_as_root(*arguments: str, tolerate_failure: bool = False) -> None:
    """Run apt.sh as root, through sudo where needed."""
    command = ["bash", str(LIB / "apt.sh"), *arguments]
    if os.geteuid() != 0:
        command = [*sudo(), *command]
    try:
        run_quietly("packages", command)
    except Failed:
        if not tolerate_failure:
            raise


def sudo() -> list[str]:
    """The words that make a command run as root. Raises Stop when this account may not."""
    if shutil.which("sudo"):
        if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
            return ["sudo", "-n"]
        if sys.stdin.isatty() and subprocess.run(["sudo", "-v"]).returncode == 0:
            return ["sudo", "-n"]
    raise Stop(
        "Some packages are missing and this account may not install them. Ask an administrator to run: apt-get install "
        "postgresql-postgis python3-venv (and chromium for the tests); then run this again."
    )
