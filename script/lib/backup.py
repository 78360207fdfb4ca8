"""backup.py [FILE]: the whole register in one file that script/restore puts back (by default in var/backups)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from archive import (
    ABOUT,
    DUMP,
    FILES,
    FORMAT,
    client_environment,
    client_program,
    connect,
    count_rows,
    kept_files,
    schema_version,
)
from places import VAR
from say import Stop, run


def main() -> int:
    """Make a backup, read it back, and say where it is."""
    if len(sys.argv) > 2:
        raise Stop("Give one file name at most: script/backup [FILE]")
    moment = time.gmtime()
    target = Path(
        sys.argv[1] if len(sys.argv) == 2 else VAR / "backups" / time.strftime("register-%Y%m%d-%H%M%SZ.backup", moment)
    )
    if len(sys.argv) < 2:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not target.parent.is_dir():
        raise Stop(f"There is no folder {target.parent}.")
    about = back_up(os.environ["DATABASE_URL"], target, time.strftime("%Y-%m-%dT%H:%M:%SZ", moment))
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, {sum(about['rows'].values())} rows, only you may read it.")
    return 0


def back_up(url: str, target: Path, made_at: str) -> dict[str, Any]:
    """Write a backup of the database at `url` to `target`, whole or not at all; what it says about itself.

    Raises Stop when there is nothing to keep, or when what was written cannot be read back.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder, connect(url) as connection:
        dump = Path(folder) / DUMP
        # One snapshot for the numbers and for the dump: people may go on working meanwhile.
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        version = schema_version(connection)
        if version is None:
            raise Stop("There is no register in this database yet, so there is nothing to back up.")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        snapshot = str(row[0]) if row else ""
        rows = count_rows(connection)
        about = {"format": FORMAT, "made_at": made_at, "schema_version": version, "rows": rows}
        where = client_environment(url)
        what = ["--format=custom", f"--snapshot={snapshot}", f"--file={dump}"]
        speak(client_program("pg_dump", connection), *what, environment=where)
        listing = speak(client_program("pg_restore", connection), "--list", str(dump), environment=where)
        missing = [table for table in rows if f" TABLE DATA public {table} " not in listing]
        if missing:
            raise Stop(f"The backup lacks {', '.join(missing)}, so it was not kept. Run this again.")
        parcel = Path(folder) / "parcel"
        with os.fdopen(os.open(parcel, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            pack(stream, about, dump)
        parcel.replace(target)
    return about


def pack(stream: io.BufferedWriter, about: dict[str, Any], dump: Path) -> None:
    """Put everything into one file, and have it on the disk before anybody relies on it."""
    with tarfile.open(fileobj=stream, mode="w") as tar:
        note = json.dumps(about, indent=2).encode()
        member = tarfile.TarInfo(ABOUT)
        member.size = len(note)
        tar.addfile(member, io.BytesIO(note))
        tar.add(dump, DUMP)
        for file in kept_files(VAR):
            tar.add(file, f"{FILES}/{file.relative_to(VAR)}")
    stream.flush()
    os.fsync(stream.fileno())


def speak(program: str, *arguments: str, environment: dict[str, str]) -> str:
    """Run one of PostgreSQL's programs and return what it prints. Raises Stop with its last words."""
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()
        raise Stop(f"The backup was not made: {words[-1] if words else Path(program).name + ' failed'}.")
    return done.stdout


if __name__ == "__main__":
    os.umask(0o077)
    run(main)
