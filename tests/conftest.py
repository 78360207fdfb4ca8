"""What every test stands on: real PostGIS, migrated once, rolled back after each test; a client that inspects pages.

`script/test` sets TEST_DATABASE_URL to an administrator's address on a cluster of its own. From it come one template
database (migrated, with the needs and interests) and one copy of it for every worker.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.orm import Session, scoped_session

from assetreg.app import create_app
from assetreg.config import read_settings
from assetreg.db import db
from search import knowing
from search.reader import READERS, index_root
from tests.inspecting_client import InspectingClient

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("ASSETREG_SHARED", ROOT.parent / "shared"))
TEMPLATE_LOCK = 718_201


def plain_url(url: str) -> str:
    """The address as libpq knows it, without SQLAlchemy's driver name."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def admin_url() -> str:
    """The administrator's address; without it no test can run."""
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        pytest.exit("TEST_DATABASE_URL is not set: run the tests with script/test.", returncode=3)
    return url


def database_url(name: str) -> str:
    """The address of the database `name` on the test cluster."""
    base, _, _ = admin_url().rpartition("/")
    return f"{base}/{name}"


@contextmanager
def administrator() -> Iterator[psycopg.Connection]:
    """A connection that may create and drop databases."""
    with psycopg.connect(plain_url(admin_url()), autocommit=True) as connection:
        yield connection


def copy_database(template: str, name: str) -> str:
    """Make the database `name` anew as a copy of `template`; returns its address."""
    with administrator() as connection:
        drop_database(name, connection)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    return database_url(name)


def drop_database(name: str, connection: psycopg.Connection) -> None:
    """Drop it if it is there, whoever is still connected."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def make_app(url: str, tmp: Path, **settings: object) -> Flask:
    """The application as in development, on the database at `url`, keeping its files in `tmp`."""
    environment = {"DATABASE_URL": url, "SECRET_KEY": "for-tests-only", "ASSETREG_VAR": str(tmp), "SEARCH_LOG": "off"}
    return create_app({**read_settings(environment), "TESTING": True, **settings})


def source_digest(*places: str) -> str:
    """A short name for the present state of these files and folders of the checkout."""
    digest = hashlib.sha256()
    for place in places:
        path = ROOT / place
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in (".py", ".csv", ".toml") and "__pycache__" not in file.parts:
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def worker_name(worker_id: str) -> str:
    """A name for this worker's databases that no other worker and no other run uses."""
    return f"t{os.environ.get('PYTEST_XDIST_TESTRUNUID', str(os.getpid()))[:8]}_{worker_id}"


@pytest.fixture(scope="session")
def template_database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated database with needs and interests; made once for each state of the migrations."""
    name = f"template_{source_digest('migrations', 'assetreg/data/needs.csv', 'search/data', 'booking/data')}"
    with administrator() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            making = f"{name}_making"
            drop_database(making, connection)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(making)))
            app = make_app(database_url(making), tmp_path_factory.mktemp("template"))
            with app.app_context():
                result = app.test_cli_runner().invoke(args=["db", "upgrade"])
                # Terms were written, so an index has to be built anew; tests that need one build their own.
                db.session.execute(text("DELETE FROM outbox"))
                db.session.commit()
                db.session.remove()
                db.engine.dispose()
            assert result.exit_code == 0, result.output
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name))
            )
        connection.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
    return name


@pytest.fixture(scope="session")
def shared_app(template_database: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all tests of this worker; use `app`."""
    app = make_app(copy_database(template_database, worker_name), tmp_path_factory.mktemp("var"))
    app.test_client_class = InspectingClient
    yield app
    with app.app_context():
        db.engine.dispose()
    with administrator() as connection:
        drop_database(worker_name, connection)


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The application inside one transaction that is rolled back after the test, commits and all."""
    with shared_app.app_context():
        engines = db.engines
        engine = engines[None]
        connection = engine.connect()
        outer = connection.begin()
        connection.begin_nested()
        engines[None] = connection  # type: ignore[assignment]
        try:
            yield shared_app
        finally:
            forget_what_searches_know()
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = engine


def forget_what_searches_know() -> None:
    """No test answers from the index or the words of another one."""
    reader = READERS.pop(index_root(), None)
    if reader is not None:
        reader.stop()
    shutil.rmtree(index_root(), ignore_errors=True)
    knowing.forget()


@pytest.fixture
def session(app: Flask) -> scoped_session[Session]:
    """The test's database session: what it writes, the pages see."""
    assert app is not None
    return db.session


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A visitor without an account whose every page is inspected."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    return client


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The open data beside the checkout; the test is skipped where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("needs the open data folder ../shared/data")
    return SHARED / "data"
