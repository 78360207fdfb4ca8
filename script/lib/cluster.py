"""A private PostgreSQL for one checkout: made, started, shared between scripts, stopped by the last of them.

It listens on 127.0.0.1 only, on a free port, without a socket file, and asks for a random password that lies in a file
only this account may read (docs/decisions/0001). Its folder looks like this:

    var/postgres/       or a link to where it had to go, see `choose_folder`
        password        of the one role, `assetreg`; 0600
        settings.conf   written anew at every start; the first line is the port
        gate, users     locks: the gate is held while starting and stopping, `users` by everybody who needs it running
        server.log
        data/           PostgreSQL's own
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import machine
from packages import find_postgres
from places import VAR, write_secret
from say import Stop, step

ROLE = "assetreg"
START_LIMIT_S = 120.0
STOP_LIMIT_S = 60.0
TRIES_FOR_A_PORT = 5

ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A refused row stands in the error's detail and in the statement: neither may reach a log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
# For tests: nothing in this cluster outlives a crash of the machine, and nothing needs to.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal"}
THROW_AWAY |= {"max_wal_senders": "0", "max_connections": "200"}


class Cluster:
    """The private PostgreSQL in var/NAME. `throw_away` trades safety against a crash for speed."""

    def __init__(self, name: str = "postgres", *, throw_away: bool = False) -> None:
        self.settings = ALWAYS | (THROW_AWAY if throw_away else {})
        self.folder = VAR / name
        self.users: IO[str] | None = None
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's own folder, by its real path."""
        return self.folder.resolve() / "data"

    @property
    def port(self) -> int:
        """The port it listens on, or listened on last."""
        line = (self.folder / "settings.conf").read_text().splitlines()[0]
        return int(line.removeprefix("port = "))

    @property
    def password(self) -> str:
        """The role's password."""
        return (self.folder / "password").read_text()

    def url(self, database: str) -> str:
        """The address of one of its databases, password included: for the environment of our own programs only."""
        return f"postgresql+psycopg://{ROLE}:{self.password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def running(self) -> Iterator[Cluster]:
        """Have it running inside the block; afterwards it stops unless another script still uses it."""
        try:
            self.enter()
            yield self
        finally:
            self.leave()

    def enter(self) -> None:
        """Count this process among its users and have it running."""
        self.choose_folder()
        with self.gate():
            self.users = (self.folder / "users").open("a")
            fcntl.flock(self.users, fcntl.LOCK_SH)
            if not self.data.exists():
                self.make()
            if not self.is_ready():
                self.start()

    def leave(self) -> None:
        """Stop needing it; the last user turns it off."""
        if self.users is None:
            return
        with self.gate():
            fcntl.flock(self.users, fcntl.LOCK_UN)
            try:
                fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self.stop()
            self.users.close()
            self.users = None

    def revive(self) -> bool:
        """Start it again, on the same port, when it died under its users; was that needed?"""
        with self.gate():
            if self.is_ready():
                return False
            self.start(self.port)
            return True

    @contextmanager
    def gate(self) -> Iterator[None]:
        """One at a time makes, starts or stops it."""
        with (self.folder / "gate").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def choose_folder(self) -> None:
        """Make the folder in var/ or, where PostgreSQL's account cannot get there, under /var/lib with a link to it.

        The second happens to root in a folder like /root: PostgreSQL runs as another account, which must pass through.
        """
        if not self.folder.exists():
            self.folder.unlink(missing_ok=True)
            make_passable(self.folder)
            if not machine.may_enter(self.folder):
                self.folder.rmdir()
                mark = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
                elsewhere = Path(f"/var/lib/assetreg-{mark}")
                step(f"PostgreSQL's account cannot reach {self.folder}, so its files are in {elsewhere}.")
                make_passable(elsewhere)
                self.folder.symlink_to(elsewhere)
        owner = self.folder.stat().st_uid
        if owner != os.geteuid():
            name = machine.name_of(owner)
            raise Stop(
                f"{self.folder} belongs to {name}. Run this as {name}, or set ASSETREG_VAR to a folder of your own."
            )

    def make(self) -> None:
        """Make the cluster's files: UTF-8, order by code point, checksums, a password for everybody."""
        step("Making a private PostgreSQL …")
        fresh = self.data.with_name("data-in-the-making")
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        password = secrets.token_urlsafe(32)
        write_secret(self.folder / "password", password)
        for_initdb = self.folder.resolve() / "password-for-initdb"
        write_secret(for_initdb, password)
        machine.give_to_database_account(fresh)
        machine.give_to_database_account(for_initdb)
        command = [str(find_programs() / "initdb"), "-D", str(fresh), "-U", ROLE, f"--pwfile={for_initdb}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-sync"]
        try:
            done = subprocess.run(command, **machine.as_database_account(), capture_output=True, text=True)
        finally:
            for_initdb.unlink()
        if done.returncode != 0:
            raise Stop(f"PostgreSQL could not make its files in {self.folder}: {machine.last_line(done.stderr)}.")
        with (fresh / "postgresql.conf").open("a") as stream:
            stream.write("include '../settings.conf'\n")
        self.write_settings(machine.free_port())
        fresh.rename(self.data)

    def write_settings(self, port: int) -> None:
        """Write the settings of the next start."""
        lines = [f"port = {port}", *(f"{name} = '{value}'" for name, value in self.settings.items())]
        file = self.folder / "settings.conf"
        file.write_text("\n".join(lines) + "\n")
        file.chmod(0o644)

    def server(self) -> int | None:
        """The process that serves these files; None when the pid file is absent, stale or means something else."""
        said = self.pid_file()
        pid = int(said[0]) if said and said[0].strip().isdigit() else None
        return pid if pid is not None and machine.works_in(pid, self.data) else None

    def pid_file(self) -> list[str]:
        """What PostgreSQL says of its server: the process id first, in the eighth line how far it has got."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def says_ready(self) -> bool:
        """Does the pid file say that connections are welcome?"""
        said = self.pid_file()
        return len(said) > 7 and said[7].strip() == "ready"

    def is_ready(self) -> bool:
        """Is the server up? Waits for one that is just coming or going. Raises Stop when that takes too long."""
        deadline = time.monotonic() + START_LIMIT_S
        while self.server() is not None:
            if self.says_ready():
                return True
            if time.monotonic() > deadline:
                raise Stop(f"PostgreSQL is neither up nor down; what it says is in {self.folder / 'server.log'}.")
            time.sleep(0.02)
        return False

    def start(self, port: int | None = None) -> None:
        """Start the server and wait until it is ready; a port that is taken is exchanged unless it was asked for."""
        programs = find_programs((self.data / "PG_VERSION").read_text().strip())
        self.outlast_remains()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for attempt in range(TRIES_FOR_A_PORT):
            last = self.port
            self.write_settings(port or (last if attempt == 0 and machine.is_free(last) else machine.free_port()))
            with (self.folder / "server.log").open("ab") as log:
                began = log.tell()
                self.child = subprocess.Popen(
                    [str(programs / "postgres"), "-D", str(self.data)],
                    **machine.as_database_account(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            while self.child.poll() is None and not self.says_ready():
                time.sleep(0.02)
            if self.is_ready():
                return
            said = self.log_since(began)
            if "could not bind" not in said:
                break
        log_file = self.folder / "server.log"
        raise Stop(f"PostgreSQL did not start: {machine.last_line(said)}. Everything it said is in {log_file}.")

    def outlast_remains(self) -> None:
        """Wait until what a killed server left behind has noticed and ended: files have one server at a time."""
        deadline = time.monotonic() + STOP_LIMIT_S
        while remains := machine.processes_in(self.data):
            if time.monotonic() > deadline:
                raise Stop(
                    f"An earlier PostgreSQL still works in {self.data}. End process {remains[0]}, then try again."
                )
            time.sleep(0.02)

    def log_since(self, position: int) -> str:
        """What the server has said since a place in its log."""
        with (self.folder / "server.log").open("rb") as log:
            log.seek(position)
            return log.read().decode(errors="replace")

    def stop(self) -> None:
        """Ask the server to end now, rolling back what is open, and wait until it has."""
        pid = self.server()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_LIMIT_S
        while self.server() is not None:
            if time.monotonic() > deadline:
                raise Stop(
                    f"PostgreSQL (process {pid}) does not stop; what it says is in {self.folder / 'server.log'}."
                )
            time.sleep(0.02)

    def make_database(self, name: str) -> bool:
        """Have a database of this name; was it made just now?"""
        if self.ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608  (our own names)
            return False
        self.ask(f'CREATE DATABASE "{name}"')
        return True

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def ask(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as the cluster's owner and return its answer as text. Raises Stop when it is refused."""
        where = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": ROLE, "PGDATABASE": database}
        done = subprocess.run(
            [str(find_programs() / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement],
            env={"PATH": os.environ.get("PATH", os.defpath), "PGPASSWORD": self.password, **where},
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise Stop(f"The private PostgreSQL refused: {machine.last_line(done.stderr)}.")
        return done.stdout.strip()


def make_passable(folder: Path) -> None:
    """Make a folder that other accounts may pass through but not list."""
    folder.mkdir(mode=0o711, exist_ok=True)
    folder.chmod(0o711)


def find_programs(version: str | None = None) -> Path:
    """The folder of PostgreSQL's programs: the newest, or those of one version."""
    found = find_postgres(version)
    if found is None and version is None:
        raise Stop("PostgreSQL with PostGIS is not installed. Run script/server once; it installs them.")
    if found is None:
        raise Stop(
            f"The private database was made by PostgreSQL {version}, which is not installed any more. Install "
            f"postgresql-{version} and postgresql-{version}-postgis-3, or move var/postgres away and restore a backup."
        )
    return found
