"""measure.py [PART…] [--json]: runs the parts of script/bench, one line a measure; exit status 1 when a bound fails."""

from __future__ import annotations

import argparse
import logging

from bench import PARTS
from say import run, step


def main() -> int:
    """Measure and print."""
    reader = argparse.ArgumentParser(prog="script/bench", description="Measure what the product promises.")
    reader.add_argument(
        "part", nargs="*", choices=[*sorted(PARTS), []], help=f"one or more of: {', '.join(sorted(PARTS))}"
    )
    reader.add_argument("--json", action="store_true", help="one JSON object a line")
    wanted = reader.parse_args()
    logging.getLogger("assetreg").setLevel(logging.ERROR)
    failed = 0
    for name in wanted.part or sorted(PARTS):
        step(f"Measuring: {name} …")
        for measure in PARTS[name]():
            print(measure.as_json() if wanted.json else measure.as_line(), flush=True)
            failed += not measure.holds
    if failed:
        step(f"{failed} of the promises above are not kept.")
    return 1 if failed else 0


if __name__ == "__main__":
    run(main)
