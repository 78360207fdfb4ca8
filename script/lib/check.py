"""script/test and script/lint: set up, then every check in turn, all of them even when one fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import packages
from cluster import Cluster
from environment import environment, prepare
from places import ROOT, VENV
from say import run, step

NO_TESTS_FOUND = 5


@dataclass
class Report:
    """What was checked, how long it took and what failed."""

    lines: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Say that a stage begins, and keep how long it took."""
        step(f"\n== {name}")
        began = time.monotonic()
        failures = len(self.failed)
        yield
        outcome = "FAILED" if len(self.failed) > failures else "ok"
        self.lines.append(f"{name:<28}{time.monotonic() - began:7.1f} s   {outcome}")

    def check(self, name: str, command: list[str], settings: dict[str, str]) -> int:
        """Run one check in the checkout, with its output on screen."""
        with self.timing(name):
            program, *arguments = command
            status = subprocess.run([str(VENV / "bin" / program), *arguments], cwd=ROOT, env=settings).returncode
            if status != 0:
                self.failed.append(name)
        return status

    def conclude(self) -> int:
        """Print the table and the verdict; the script's exit status."""
        step("\n" + "\n".join(self.lines))
        step(f"{'total':<28}{time.monotonic() - self.began:7.1f} s")
        step(f"Failed: {', '.join(self.failed)}." if self.failed else "Every check passed.")
        return 1 if self.failed else 0


def main() -> int:
    """`check.py test [PYTEST ARGUMENTS]` or `check.py lint [--fix]`."""
    what, *arguments = sys.argv[1:]
    report = Report()
    if what == "lint":
        with report.timing("set-up"):
            prepare(postgres=False, checks=True, front_end=False)
        lint(report, fix="--fix" in arguments)
        return report.conclude()
    with report.timing("set-up"):
        prepare(checks=True)
        browser = packages.find_browser() or packages.install_browser()
    if not arguments:
        lint(report, fix=False)
    test(report, browser, arguments)
    return report.conclude()


def lint(report: Report, *, fix: bool) -> None:
    """Style, format, types and the import contracts."""
    settings = environment()
    report.check("ruff check", ["ruff", "check", *(["--fix"] if fix else []), "."], settings)
    report.check("ruff format", ["ruff", "format", *([] if fix else ["--check"]), "."], settings)
    report.check("mypy", ["mypy"], settings)
    report.check("import contracts", ["lint-imports"], settings)


def test(report: Report, browser: str, arguments: list[str]) -> None:
    """Everything under tests/ on a PostgreSQL of its own, on as many processes as the machine has cores."""
    with Cluster("test-postgres", throw_away=True).running() as cluster:
        settings = environment(TEST_DATABASE_URL=cluster.url("postgres"), CHROMIUM=browser)
        settings.pop("DATABASE_URL", None)
        spread = (
            [] if {"-n", "--pdb", "-s"} & set(arguments) else ["-n", str(os.cpu_count() or 1), "--dist", "loadgroup"]
        )
        status = report.check("pytest", ["pytest", *spread, *arguments], settings)
        if status == NO_TESTS_FOUND:
            step("No test matches, so nothing was shown to work: that counts as a failure.")


if __name__ == "__main__":
    run(main)
