"""measure.py [PART…] [--json]: runs the parts of script/bench, one line a measure; exit status 1 when a bound fails."""

from __future__ import annotations

import argparse
import logging

from bench import PARTS
from say import Stop, run, step


def main() -> int:
    """Measure and print."""
    reader = argparse.ArgumentParser(prog="script/bench", description="Measure what the product promises.")
    known = ", ".join(sorted(PARTS))
    reader.add_argument("part", nargs="*", help=f"one or more of: {known}; all of them when none is given")
    reader.add_argument("--json", action="store_true", help="one JSON object a line")
    wanted = reader.parse_args()
    unknown = [name for name in wanted.part if name not in PARTS]
    if unknown:
        raise Stop(f"There is no part {unknown[0]}. The parts are: {known}.")
    logging.disable(logging.INFO)  # a line a request would hide the measures, and cost time
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
