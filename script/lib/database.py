"""The register's database for a script: the one in DATABASE_URL, or else the private one, up for as long as needed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cluster import Cluster
from places import ROOT, VAR, write_secret
from say import Stop

DATABASE = "assetreg"


@dataclass(frozen=True)
class RegisterDatabase:
    """`url` reaches it; `is_new` when it was made just now; `cluster` is the private PostgreSQL it is in, if it is."""

    url: str
    is_new: bool
    cluster: Cluster | None

    def is_up_to_date(self) -> bool:
        """Is this a private register with today's tables and something in it? Elsewhere we do not look: no."""
        if self.cluster is None or self.is_new or is_production():
            return False
        head = (ROOT / "migrations" / "HEAD").read_text().strip()
        try:
            said = self.cluster.ask("SELECT version_num, EXISTS (SELECT FROM service) FROM schema_version", DATABASE)
        except Stop:
            return False
        return said == f"{head}|t"


def is_production() -> bool:
    """Is this meant for the public? Then nothing is made up or assumed."""
    return os.environ.get("ASSETREG_ENV") == "production"


def is_private() -> bool:
    """Does the register live in a private cluster here? (Else DATABASE_URL says where.)"""
    return not os.environ.get("DATABASE_URL")


@contextmanager
def register_database() -> Iterator[RegisterDatabase]:
    """The register's database, up inside the block."""
    if not is_private():
        yield RegisterDatabase(os.environ["DATABASE_URL"], False, None)
        return
    with Cluster().running() as cluster:
        is_new = cluster.make_database(DATABASE)
        yield RegisterDatabase(cluster.url(DATABASE), is_new, cluster)


def secret_key() -> str:
    """The key for signing: from the environment, or one of this checkout's own for development.

    In production it must come from the environment; then none is made here, and the product refuses to start.
    """
    if "SECRET_KEY" in os.environ:
        return os.environ["SECRET_KEY"]
    if is_production():
        return ""
    file = VAR / "secret-key"
    if not file.exists():
        write_secret(file, secrets.token_urlsafe(48))
    return file.read_text()
