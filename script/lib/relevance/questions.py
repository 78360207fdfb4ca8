"""The lists of queries: our judged one, and anybody's."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from say import Stop

JUDGED = Path(__file__).resolve().parent / "judged.csv"
LONGEST_QUERY = 2_000
LONGEST_ID = 200
MOST_QUERIES = 20_000


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody typed, and what stands in the box for the place."""

    id: str
    query: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and what would answer it (docs/relevance.md says how the columns are read)."""

    question: Question
    best: tuple[str, ...]
    good: tuple[str, ...]
    fair: tuple[str, ...]
    where: str
    days: frozenset[int]
    part: str
    wanted: tuple[tuple[str, str], ...]

    @property
    def is_held_out(self) -> bool:
        """Is it in the half that is never tuned on? Decided by the id alone, so that it stays there."""
        return is_held_out(self.question.id)


def is_held_out(question_id: str) -> bool:
    """Half of all ids, by hash."""
    return hashlib.sha256(question_id.encode()).digest()[0] % 2 == 1


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening")


def read_judged(path: Path = JUDGED) -> list[Judged]:
    """Our own list."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = []
    for row in rows:
        when = row["when"].split()
        found.append(
            Judged(
                Question(row["id"], row["query"], row["near"]),
                tuple(row["best"].split()),
                tuple(row["good"].split()),
                tuple(row["fair"].split()),
                row["where"],
                frozenset(DAYS.index(word) for word in when if word in DAYS),
                next((word for word in when if word in PARTS), ""),
                tuple(read_wanted(each) for each in row["who"].split(";") if each),
            )
        )
    return found


def read_wanted(text: str) -> tuple[str, str]:
    """ "age=70" is ("age", "70"), "free" is ("free", "")."""
    name, _, value = text.partition("=")
    return name, value


def read_foreign(path: Path) -> list[Question]:
    """Somebody's list: a CSV file with the columns id and query, and near if they like.

    Raises Stop with one sentence for whatever is wrong with it.
    """
    rows = read_rows(path)
    if not rows:
        raise Stop(f"{path} is empty: the first line must name the columns id and query.")
    header = [name.strip().lower() for name in rows[0][1]]
    for column in ("id", "query"):
        if column not in header:
            raise Stop(f"{path} has no column “{column}”: the first line must name the columns id and query.")
    questions = [read_question(path, line, header, row) for line, row in rows[1:] if any(cell.strip() for cell in row)]
    if not questions:
        raise Stop(f"{path} has no queries: there is nothing below the first line.")
    if len(questions) > MOST_QUERIES:
        raise Stop(f"{path} has {len(questions):,} queries; {MOST_QUERIES:,} are the most: cut it in parts.")
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise Stop(f"{path} has the id “{shortened(question.id)}” twice: give every query its own.")
        seen.add(question.id)
    return questions


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """The rows with the lines on which they end."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise Stop(f"{path} is not in UTF-8 (line {line}): save it as CSV UTF-8.") from None
    except IsADirectoryError:
        raise Stop(f"{path} is a folder, not a CSV file.") from None
    except FileNotFoundError:
        raise Stop(f"There is no file {path}.") from None
    except OSError as problem:
        raise Stop(f"{path} cannot be read: {problem.strerror}.") from None
    reader = csv.reader(re.split(r"(?<=\n)", text), strict=True)
    try:
        return [(reader.line_num, row) for row in reader if row]
    except csv.Error as problem:
        raise Stop(f"{path}, line {reader.line_num}, is not CSV: {problem}.") from None


def read_question(path: Path, line: int, header: list[str], row: list[str]) -> Question:
    """One row."""
    if len(row) > len(header):
        raise Stop(f"{path}, line {line}, has more cells than the first line: put quotes around text with commas.")
    cells = dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=True))
    found = Question(cells["id"].strip(), cells["query"].strip(), cells.get("near", "").strip())
    if not found.id:
        raise Stop(f"{path}, line {line}, has no id.")
    for name, value, longest in (
        ("id", found.id, LONGEST_ID),
        ("query", found.query, LONGEST_QUERY),
        ("near", found.near, LONGEST_ID),
    ):
        if len(value) > longest:
            raise Stop(f"{path}, line {line}: the {name} has {len(value):,} characters; {longest:,} are the most.")
    return found


def shortened(text: str) -> str:
    """A text for a sentence."""
    return text if len(text) <= 40 else f"{text[:39]}…"
