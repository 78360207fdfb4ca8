"""script/lock: requirements*.txt from requirements*.in, with pip-tools in a virtual environment of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from environment import try_to
from places import ROOT, VAR, make_var
from say import Stop, run, step

TOOLS = VAR / "lock-venv"
# Pinned here and nowhere else: the product never meets it.
PIP_TOOLS = "pip-tools==7.6.2"
OPTIONS = ["--quiet", "--strip-extras", "--generate-hashes", "--allow-unsafe", "--no-emit-index-url"]
OPTIONS += ["--no-emit-find-links", "--no-emit-trusted-host"]


def main() -> int:
    """Lock the product first, then the checks on top of exactly that."""
    make_var()
    if not (TOOLS / "bin" / "pip-compile").exists():
        step("Installing pip-tools …")
        base = getattr(sys, "_base_executable", sys.executable)
        try_to("Python could not make a virtual environment", "lock", [base, "-m", "venv", "--clear", str(TOOLS)])
        install = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--no-input", PIP_TOOLS]
        try_to("pip-tools could not be installed", "lock", install)
    product, checks = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    compile_lock("requirements.in", product)
    compile_lock("requirements-dev.in", checks, "--constraint", product.name)
    apart = pins(product).items() - pins(checks).items()
    if apart:
        raise Stop(
            f"The two locks disagree on {', '.join(sorted(name for name, _ in apart))}. Run this with --upgrade."
        )
    return 0


def compile_lock(source: str, lock: Path, *more: str) -> None:
    """Write one lock file; what is pinned stays pinned unless --upgrade is given."""
    step(f"Locking {source} (a minute or two) …")
    command = [str(TOOLS / "bin" / "pip-compile"), *OPTIONS, *more, *sys.argv[1:], f"--output-file={lock.name}", source]
    environment = {**os.environ, "CUSTOM_COMPILE_COMMAND": "script/lock"}
    if subprocess.run(command, cwd=ROOT, env=environment).returncode != 0:
        raise Stop(f"{source} could not be locked; the reason stands above.")


def pins(lock: Path) -> dict[str, str]:
    """Package to version, as a lock file has them."""
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", lock.read_text(), re.MULTILINE))


if __name__ == "__main__":
    run(main)
