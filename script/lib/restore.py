"""restore.py FILE [--force]: puts a backup back into an empty register, all of it or nothing, and compares counts."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from archive import ABOUT, DUMP, FILES, FORMAT, client_environment, client_program, connect, count_rows, schema_version
from places import ROOT, VAR
from psycopg import sql
from say import Stop, run

# Rows in any of these are somebody's work: a restore would replace it.
PRECIOUS = ("organisation", "service", "location", "user_account")

# Entries of a dump that only a superuser may restore, and that PostGIS brings by itself.
NOT_OURS = (" COMMENT - EXTENSION ", " SCHEMA - public ", " COMMENT - SCHEMA ", " ACL - SCHEMA ", " spatial_ref_sys ")

CLEAR = """
SET lock_timeout = '10s';
SET client_min_messages = warning;
DO $$
DECLARE thing record;
BEGIN
    FOR thing IN
        SELECT c.relname AS name, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
               WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        ORDER BY c.relkind = 'S'  -- a column's own sequence goes with its table
    LOOP
        EXECUTE format('DROP %s IF EXISTS public.%I CASCADE', thing.kind, thing.name);
    END LOOP;
    FOR thing IN
        SELECT p.oid::regprocedure AS name, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE'
               ELSE 'FUNCTION' END AS kind
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', thing.kind, thing.name);
    END LOOP;
    FOR thing IN
        SELECT t.typname AS name FROM pg_type t
        WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP TYPE IF EXISTS public.%I CASCADE', thing.name);
    END LOOP;
END $$;
"""


def main() -> int:
    """Restore and print the counts of the backup beside those of the register now."""
    reader = argparse.ArgumentParser(prog="script/restore", description="Put a backup back into an empty register.")
    reader.add_argument("file", type=Path)
    reader.add_argument("--force", action="store_true", help="replace what is in the register now")
    wanted = reader.parse_args()
    if not wanted.file.is_file():
        raise Stop(f"There is no file {wanted.file}.")
    url = os.environ["DATABASE_URL"]
    promised = restore(url, wanted.file, force=wanted.force)
    migrate()
    with connect(url) as connection:
        connection.autocommit = True
        connection.execute("ANALYZE")
        found = count_rows(connection)
    for table in sorted(promised):
        print(f"{table:<32}{promised[table]:>10} in the backup {found.get(table, 0):>10} now")
    return 0


def restore(url: str, file: Path, *, force: bool = False) -> dict[str, int]:
    """Put the backup in `file` into the database at `url`, in one transaction; the rows of each table it promised.

    Raises Stop, with nothing changed, when the file is no backup or a newer one than this program knows, when the
    register holds somebody's work and `force` is not given, or when a table ends with another count than promised.
    """
    with tempfile.TemporaryDirectory(prefix="assetreg-restore-") as folder, connect(url) as connection:
        try:
            with tarfile.open(file, "r:") as tar:
                about = read_about(tar, file)
                dump = Path(folder) / DUMP
                copy_member(tar, DUMP, dump)
                refuse_to_overwrite(connection, force)
                connection.rollback()
                refill(url, connection, dump, about["rows"])
                restore_files(tar)
        except (tarfile.TarError, KeyError, EOFError):
            raise Stop(
                f"{file} is not a backup made by script/backup, or it is damaged. Nothing was changed."
            ) from None
    rows: dict[str, int] = about["rows"]
    return rows


def read_about(tar: tarfile.TarFile, file: Path) -> dict[str, Any]:
    """What the backup says about itself. Raises Stop when this program is too old for it."""
    stream = tar.extractfile(ABOUT)
    try:
        about: dict[str, Any] = json.load(stream) if stream else {}
    except ValueError:
        about = {}
    version = str(about.get("schema_version", ""))
    if about.get("format") != FORMAT or not (ROOT / "migrations" / "versions" / f"{version}.py").is_file():
        raise Stop(f"{file} was made by another version of this program ({version or 'unknown'}). Nothing was changed.")
    return about


def copy_member(tar: tarfile.TarFile, name: str, target: Path) -> None:
    """Copy one file out of the backup."""
    source = tar.extractfile(name)
    if source is None:
        raise KeyError(name)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        shutil.copyfileobj(source, stream)


def refuse_to_overwrite(connection: psycopg.Connection[Any], force: bool) -> None:
    """Raise Stop when the register holds somebody's work."""
    if force or schema_version(connection) is None:
        return
    rows = count_rows(connection)
    held = [f"{rows[table]} in {table}" for table in PRECIOUS if rows.get(table)]
    if held:
        raise Stop(
            f"The register is not empty ({', '.join(held)}), so nothing was changed. "
            "Make a backup of it first; --force then replaces it."
        )


def refill(url: str, connection: psycopg.Connection[Any], dump: Path, rows: dict[str, int]) -> None:
    """Clear our tables, fill them from the dump and count, in one transaction that a wrong count undoes."""
    where = client_environment(url)
    pg_restore, psql = client_program("pg_restore", connection), client_program("psql", connection)
    listing = subprocess.run([pg_restore, "--list", str(dump)], capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        raise tarfile.TarError
    contents = dump.with_name("contents")
    lines = [line for line in listing.stdout.splitlines() if not any(mark in line for mark in NOT_OURS)]
    contents.write_text("\n".join(lines) + "\n")
    before, after = dump.with_name("before.sql"), dump.with_name("after.sql")
    before.write_text(CLEAR)
    after.write_text("".join(check_of(connection, table, promised) for table, promised in rows.items()))
    reading = subprocess.Popen(
        [pg_restore, "--no-owner", "--no-privileges", f"--use-list={contents}", "--file=-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction"]
    writing = subprocess.run(
        [psql, *options, "-f", str(before), "-f", "-", "-f", str(after)],
        env=where,
        stdin=reading.stdout,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    read = finish(reading)
    if writing.returncode != 0 or read != 0:
        raise Stop(f"Nothing was changed, because the restore failed: {reason(writing.stderr)}.")


def finish(reading: subprocess.Popen[bytes]) -> int:
    """Close our end of the pipe, so that a reader whose listener has gone ends too; its exit status."""
    pipe: IO[bytes] | None = reading.stdout
    if pipe:
        pipe.close()
    return reading.wait()


def check_of(connection: psycopg.Connection[Any], table: str, promised: int) -> str:
    """A statement that fails when a table has another number of rows than the backup promised."""
    statement = sql.SQL(
        "DO $$ BEGIN IF (SELECT count(*) FROM public.{table}) <> {rows} THEN "
        "RAISE EXCEPTION 'a table has another number of rows than the backup promised: %', {name}; END IF; END $$;\n"
    )
    known = {"table": sql.Identifier(table), "rows": sql.Literal(int(promised)), "name": sql.Literal(table)}
    return statement.format(**known).as_string(connection)


def reason(said: str) -> str:
    """The first error that psql reported."""
    errors = [line.partition("ERROR:")[2].strip() for line in said.splitlines() if "ERROR:" in line]
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return (errors or lines or ["the backup could not be read to its end"])[0].rstrip(".")


def restore_files(tar: tarfile.TarFile) -> None:
    """Put uploaded files back below var/, and nothing anywhere else whatever the archive says."""
    for member in tar.getmembers():
        path = PurePosixPath(member.name)
        if member.isfile() and path.parts[:1] == (FILES,) and ".." not in path.parts:
            target = VAR.joinpath(*path.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            copy_member(tar, member.name, target)


def migrate() -> None:
    """Bring an older backup's tables to today's shape."""
    done = subprocess.run([sys.executable, "-P", "-m", "assetreg", "db", "upgrade"])
    if done.returncode != 0:
        raise Stop("The backup is back, but its tables could not be brought up to date; the reason stands above.")


if __name__ == "__main__":
    os.umask(0o077)
    run(main)
