"""The scripts keep their word: trouble is one sentence, a backup comes back whole, the database stays private."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import psycopg
import pytest

from assetreg.db import db
from tests.conftest import administrator, copy_database, drop_database, make_app, plain_url
from tests.factories import register as given

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "script" / "lib"
DOORBELLS = sorted(file for file in (ROOT / "script").iterdir() if file.is_file())

Script = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Run a script of the checkout with a run-time folder of its own and return what it said."""

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "ASSETREG_VAR": str(tmp_path / "var"), **settings}
        command = [str(word) for word in words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.mark.parametrize("file", [*DOORBELLS, ROOT / ".ci" / "run", LIB / "apt.sh"], ids=lambda file: file.name)
def test_every_script_can_be_run_and_is_sound_bash(file: Path) -> None:
    assert os.access(file, os.X_OK)
    assert "set -euo pipefail" in file.read_text()
    assert subprocess.run(["bash", "-n", file], check=False).returncode == 0


def test_server_says_that_the_port_is_taken_before_it_sets_anything_up(script: Script, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = script("script/server", PORT=str(port))
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"Port {port} is already in use. Stop what uses it, or choose another: PORT={port + 1} script/server"
    )
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "80 80", "-1", "٨٠"])
def test_server_says_what_a_port_is(script: Script, port: str) -> None:
    done = script("script/server", PORT=port)
    assert done.returncode == 1
    assert done.stderr.strip() == f"PORT is {port!r}; it must be a number from 1 to 65535."


def test_server_says_that_an_address_is_not_of_this_machine(script: Script) -> None:
    done = script("script/server", HOST="192.0.2.1", PORT="8000")
    assert done.returncode == 1
    assert "HOST is '192.0.2.1', which is not an address of this machine" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_setting_stands_in_the_readme() -> None:
    sources = [ROOT / "assetreg" / "config.py", *LIB.glob("*.py")]
    named = {name for file in sources for name in re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', file.read_text())}
    of_the_system = {"PATH", "SUDO_USER"}
    readme = (ROOT / "README.md").read_text()
    assert sorted(name for name in named - of_the_system if f"`{name}`" not in readme) == []


def test_the_checks_run_on_the_versions_that_the_product_runs_on() -> None:
    product, checks = (
        dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert product.items() - checks.items() == set()


def test_lock_files_hold_no_download_address() -> None:
    assert "resolved" not in (ROOT / "package-lock.json").read_text()
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in re.sub(r"^\s*#.*$", "", (ROOT / name).read_text(), flags=re.MULTILINE)


@pytest.fixture
def registers(template_database: str, worker_name: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The addresses of a register with entries in it and of an empty database."""
    full, empty = f"{worker_name}_full", f"{worker_name}_empty"
    urls = copy_database(template_database, full), copy_database("template0", empty)
    app = make_app(urls[0], tmp_path)
    with app.app_context():
        given.ward()
        given.service()
        given.user("steward")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    yield urls
    with administrator() as admin:
        drop_database(full, admin)
        drop_database(empty, admin)


def counts(url: str) -> dict[str, int]:
    """The number of rows of every table, asked without any of the scripts' own code."""
    with psycopg.connect(plain_url(url)) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
            "AND table_type = 'BASE TABLE' AND table_name <> 'spatial_ref_sys'"
        ).fetchall()
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # type: ignore[index]
            for (name,) in tables
        }


@pytest.fixture
def backup(script: Script, registers: tuple[str, str], tmp_path: Path) -> Path:
    """A backup of the register with entries in it."""
    file = tmp_path / "register.backup"
    done = script(sys.executable, str(LIB / "backup.py"), str(file), DATABASE_URL=registers[0])
    assert done.returncode == 0, done.stderr
    return file


def restore(script: Script, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the restore on the database at `url`."""
    return script(sys.executable, str(LIB / "restore.py"), *words, DATABASE_URL=url, PYTHONPATH=str(ROOT))


def test_a_backup_comes_back_whole_in_an_empty_database(
    script: Script, registers: tuple[str, str], backup: Path
) -> None:
    full, empty = registers
    done = restore(script, empty, str(backup))
    assert done.returncode == 0, done.stderr
    assert counts(empty) == counts(full)
    assert counts(full)["service"] > 0
    assert "1 in the backup          1 now" in done.stdout


def test_a_restored_register_still_knows_the_ward_of_a_new_place(
    script: Script, registers: tuple[str, str], backup: Path, tmp_path: Path
) -> None:
    restore(script, registers[1], str(backup))
    app = make_app(registers[1], tmp_path)
    with app.app_context():
        place = given.location()
        db.session.commit()
        db.session.refresh(place)
        assert place.placement == "placed"
        db.session.remove()
        db.engine.dispose()


def test_only_its_owner_may_read_a_backup(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_register_with_entries_is_not_replaced_by_accident(
    script: Script, registers: tuple[str, str], backup: Path
) -> None:
    before = counts(registers[0])
    done = restore(script, registers[0], str(backup))
    assert done.returncode == 1
    assert "The register is not empty" in done.stderr
    assert counts(registers[0]) == before


def test_a_register_with_entries_is_replaced_on_demand(
    script: Script, registers: tuple[str, str], backup: Path
) -> None:
    before = counts(registers[0])
    with psycopg.connect(plain_url(registers[0])) as connection:
        connection.execute("DELETE FROM service_at_location")
        connection.execute("CREATE TABLE left_over (id integer)")
    done = restore(script, registers[0], str(backup), "--force")
    assert done.returncode == 0, done.stderr
    assert counts(registers[0]) == before


@pytest.mark.parametrize("damage", ["cut", "garbled", "empty"])
def test_a_damaged_backup_changes_nothing(
    script: Script, registers: tuple[str, str], backup: Path, damage: str
) -> None:
    whole = backup.read_bytes()
    middle = len(whole) // 2
    broken = {
        "cut": whole[:middle],
        "garbled": whole[:middle] + bytes(4096) + whole[middle + 4096 :],
        "empty": b"",
    }
    backup.write_bytes(broken[damage])
    before = counts(registers[0])
    done = restore(script, registers[0], str(backup), "--force")
    assert done.returncode == 1
    assert "othing was changed" in done.stderr
    assert "Traceback" not in done.stderr
    assert counts(registers[0]) == before


def test_a_restore_that_ends_with_another_count_is_undone(
    script: Script, registers: tuple[str, str], backup: Path
) -> None:
    backup.write_bytes(backup.read_bytes().replace(b'"service": 1', b'"service": 2', 1))
    done = restore(script, registers[1], str(backup))
    assert done.returncode == 1
    assert "another number of rows than the backup promised: service" in done.stderr
    assert counts(registers[1]) == {}


def test_a_backup_of_a_newer_version_is_refused(script: Script, registers: tuple[str, str], backup: Path) -> None:
    head = (ROOT / "migrations" / "HEAD").read_text().strip()
    other = "9" * len(head)
    backup.write_bytes(backup.read_bytes().replace(head.encode(), other.encode(), 1))
    done = restore(script, registers[1], str(backup))
    assert done.returncode == 1
    assert f"made by another version of this program ({other})" in done.stderr
    assert counts(registers[1]) == {}


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The scripts' module of the private cluster, with a run-time folder of its own.

    It is not pytest's `tmp_path`, which only one account may enter: PostgreSQL's has to pass through.
    """
    monkeypatch.syspath_prepend(str(LIB))
    module = importlib.import_module("cluster")
    with tempfile.TemporaryDirectory(prefix="assetreg-") as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setattr(module, "VAR", Path(folder))
        yield module
        elsewhere = (Path(folder) / "private").resolve()
        if elsewhere.parent != Path(folder):
            shutil.rmtree(elsewhere)


def test_nobody_gets_into_the_private_database_without_its_password(scripts: ModuleType) -> None:
    with scripts.Cluster("private", throw_away=True).running() as cluster:
        address = plain_url(cluster.url("postgres"))
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            psycopg.connect(address.replace(cluster.password, ""))
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(address.replace(cluster.password, "assetreg"))
        assert (cluster.folder / "password").stat().st_mode & 0o777 == 0o600


def test_the_last_script_turns_the_private_database_off(scripts: ModuleType) -> None:
    first, second = (scripts.Cluster("private", throw_away=True) for _ in range(2))
    first.enter()
    second.enter()
    assert first.port == second.port
    first.leave()
    assert second.server() is not None
    second.leave()
    assert second.server() is None


def test_the_private_database_comes_back_after_it_was_killed(scripts: ModuleType) -> None:
    with scripts.Cluster("private", throw_away=True).running() as cluster:
        port, address = cluster.port, plain_url(cluster.url("postgres"))
        os.kill(cluster.server(), signal.SIGKILL)
        cluster.child.wait()
        assert cluster.revive()
        assert cluster.port == port
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_taken_port_is_exchanged_for_another(scripts: ModuleType) -> None:
    cluster = scripts.Cluster("private", throw_away=True)
    with cluster.running():
        before = cluster.port
    with socket.create_server(("127.0.0.1", before)), cluster.running():
        assert cluster.port != before
        with psycopg.connect(plain_url(cluster.url("postgres"))) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
