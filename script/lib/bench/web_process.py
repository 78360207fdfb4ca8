"""web_process.py FILE: a web process of its own answers the pickled requests of FILE and prints its memory in MB."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from assetreg.app import create_app
from search.engine import find
from search.reader import index_root, reader_of


def main() -> None:
    """Load, answer, print."""
    app = create_app()
    with app.app_context():
        reader = reader_of(index_root())
        reader.look()
    assert reader.snapshot is not None  # noqa: S101
    for request in pickle.loads(Path(sys.argv[1]).read_bytes()):  # noqa: S301  (written by script/bench a moment ago)
        find(request, reader.snapshot)
    status = Path("/proc/self/status").read_text()
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]
    print(int(kilobytes) / 1024)


if __name__ == "__main__":
    main()
