"""What a backup is, for those who make one and those who put one back.

A backup is one tar file, readable by its owner only: `about.json` (when, which migration, how many rows of each table),
`register.dump` (pg_dump's custom format, of the same instant as the numbers) and `files/` (what people uploaded).
Secrets are not in it: SECRET_KEY and the database's password belong to the place, not to the register.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import psycopg
from packages import find_postgres
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from say import Stop

ABOUT = "about.json"
DUMP = "register.dump"
FILES = "files"
FORMAT = 1

# Folders of var/ that hold what cannot be made again.
KEPT_FOLDERS = ("uploads",)

ENVIRONMENT_OF_LIBPQ = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}

OUR_TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                      AND d.deptype = 'e')
    ORDER BY c.relname
"""


def plain_url(url: str) -> str:
    """The address as libpq knows it, without SQLAlchemy's driver name."""
    scheme, _, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"


def connect(url: str) -> psycopg.Connection[Any]:
    """A connection to the register. Raises Stop when the database does not answer."""
    try:
        return psycopg.connect(plain_url(url), connect_timeout=5)
    except psycopg.OperationalError as problem:
        raise Stop(f"The database does not answer: {str(problem).strip().splitlines()[-1]}.") from None


def client_environment(url: str) -> dict[str, str]:
    """Where the database is, as PostgreSQL's programs read it: never on a command line, which others can see."""
    said = conninfo_to_dict(plain_url(url))
    where = {ENVIRONMENT_OF_LIBPQ[name]: str(value) for name, value in said.items() if name in ENVIRONMENT_OF_LIBPQ}
    return {**os.environ, **where}


def client_program(name: str, connection: psycopg.Connection[Any]) -> str:
    """The path of pg_dump, pg_restore or psql, new enough for this server. Raises Stop when there is none."""
    server = str(connection.info.server_version // 10000)
    folder = find_postgres(server) or find_postgres()
    path = str(folder / name) if folder else shutil.which(name)
    if path is None:
        raise Stop(f"{name} is needed and was not found. Install postgresql-client-{server}, then run this again.")
    return path


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows each of our tables has (PostGIS's own are left out)."""
    names = [name for (name,) in connection.execute(OUR_TABLES)]
    question = sql.SQL("SELECT count(*) FROM public.{}")
    counts = {}
    for name in names:
        row = connection.execute(question.format(sql.Identifier(name))).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def schema_version(connection: psycopg.Connection[Any]) -> str | None:
    """The migration that the database stands at; None before the first."""
    row = connection.execute("SELECT to_regclass('public.schema_version') IS NOT NULL").fetchone()
    if not row or not row[0]:
        return None
    row = connection.execute("SELECT version_num FROM public.schema_version").fetchone()
    return str(row[0]) if row else None


def kept_files(var: Path) -> list[Path]:
    """Every file of var/ that belongs into a backup, in order."""
    return [file for name in KEPT_FOLDERS for file in sorted((var / name).rglob("*")) if file.is_file()]
