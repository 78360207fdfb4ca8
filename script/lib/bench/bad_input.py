"""What a hostile or hurried hand may put into the address of the search page, and how long the worst of it takes.

Asked in process, through all of the product but the network; also while there is no index and the database answers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import quote, quote_from_bytes, urlencode

from flask import Flask
from flask.testing import FlaskClient

from bench.measuring import milliseconds

BOXES = ("q", "near")
ANSWERS = (200, 400)
RUNS = 3
SEED = 20261122

CRIES = "i want to die he hits me nowhere to sleep tonight"
WORDS: dict[str, str] = {
    "nothing": "",
    "blanks": " \t\r\n\u2003\u00a0" * 500,
    "nul": "a\0b" * 3_000,
    "control characters": "".join(map(chr, range(32))) * 300,
    "right to left": "\u202egas bill\u202c مساعدة",
    "zero width": "ga\u200bs\u200d b\ufeffill " * 700,
    "marks upon marks": "e" + "\u0301" * 9_999,
    "letters that grow": "\ufdfa" * 10_000,
    "emoji": "🧶🧑‍🤝‍🧑🏳️‍🌈" * 900,
    "stop words": "the of and to in for with a " * 360,
    "a regular expression": "(a+)+$ [z-a] \\1 (?P<x>.* " * 400,
    "a query": 'name:* AND NOT (x OR "y) ^2 ~3 [a TO z} +-&&||! ' * 200,
    "stars": "*" * 10_000,
    "beginnings": " ".join(f"{letter}a*" for letter in "abcdefghijklmnopqrstuvwxyz") * 20,
    "quotes": '"' * 9_999,
    "phrases": '"gas bill" "food bank" "mental health" ' * 256,
    "odd quotes": "“gas ”bill\" 'x " * 600,
    "statements": "'; DROP TABLE service; -- \" OR 1=1 /* %s %(x)s :name $1 \\ " * 150,
    "markup": "<img src=x onerror=alert(1)></title></textarea><script>alert(1)</script>" * 130,
    "a header": "x\r\nSet-Cookie: a=b" * 500,
    "digits": "9" * 10_000,
    "numbers": "12 34 56 78 9 " * 700,
    "dates": "31/2/2026 99/99 29/02/2027 25:61 0/0 march tuesday " * 200,
    "ages": "-1 to 999 year olds over 10000000000s my 4 year old " * 190,
    "one letter": "x" * 10_000,
    "letters": "a b c d e f g h i j k l m " * 380,
    "words": "gas bill " * 1_100,
    "negations": "not a church no not without anything but " * 240,
    "negated twice": "not " * 2_500,
    "cries": f"{CRIES} " * 200,
    "places": "near b31 in northfield in newtown by aston near birmingham " * 170,
    "near itself": "near near near in in of near B31 near " * 260,
    "postcodes": "B31 2AB B1 1AA SW1A 1AA " * 400,
    "languages": "urdu punjabi welsh polish women only wheelchair carers free " * 160,
    "commas": "," * 10_000,
    "hyphens": "a-" * 5_000,
    "apostrophes": "can't don't won't o'o'o' " * 400,
    "a path": "../../../../etc/passwd " * 400,
}
NEAR = (
    "B312AB",
    "SW1A 1AA",
    "EH1 1AA",
    "Newtown",
    "Paris",
    "52.48,-1.9",
    "0,0",
    "nan,nan",
    "1e308,1",
    "90,180",
    "St Mary",
)
ADDRESSES: dict[str, str] = {
    "unknown filters": "neeed=energy&colour=blue&utm_source=x&need=nothing-there&area=Atlantis&language=klingon",
    "a page far away": "page=1000000000",
    "the last page there is": "page=10000",
    "nothing around": "near=B31+2AB&within=-1",
    "everything around": "near=B31+2AB&within=100000&sort=nearest",
    "everything by name": "sort=name&page=400",
    "everything soonest": "sort=soonest",
    "every day": "&".join(f"day={day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
    "a filter many times": "&".join(f"need=n{number}" for number in range(20_000)),
    "many filters": "&".join(f"p{number}={number}" for number in range(20_000)),
    "a question many times": "&".join(["q=gas"] * 20_000),
    "chips that are none": "q=gas+bill+tuesday&" + "&".join(f"not=day:x{number}" for number in range(5_000)),
    "a long name": f"{'n' * 10_000}=1&q=gas",
    "separators": "&=" * 5_000,
    "half escapes": "q=%&near=%zz&area=%u0041&&&=&=x&q" * 200,
}


def inputs() -> Iterator[tuple[str, str]]:
    """What each is called, and what stands behind the question mark."""
    yield from ADDRESSES.items()
    for name, words in {**WORDS, **made_up()}.items():
        for box in BOXES:
            yield f"{name} in {box}", f"{box}={quote(words)}"
    for near in NEAR:
        yield f"near {near}", urlencode({"near": near, "q": "help with food"})
    raw = random.Random(SEED).randbytes(10_000)  # noqa: S311
    for box in BOXES:
        yield f"any bytes in {box}", f"{box}={quote_from_bytes(raw)}"


def made_up() -> dict[str, str]:
    """Words that nobody wrote: each is looked for letter by letter among those that somebody did."""
    chance = random.Random(SEED)  # noqa: S311
    alphabet = "etaoinshrdlu"

    def word(letters: int) -> str:
        """So many letters."""
        return "".join(chance.choice(alphabet) for _ in range(letters))

    return {
        "different words": " ".join(f"w{number}" for number in range(2_000)),
        "short made-up words": " ".join(word(4) for _ in range(2_000)),
        "made-up words": " ".join(word(7) for _ in range(1_250)),
        "long made-up words": " ".join(word(16) for _ in range(600)),
        "mistyped words": " ".join(
            f"{real[:3]}{word(1)}{real[4:]}"
            for real in ("housing", "advice", "community", "support", "energy", "bereavement", "volunteering", "carers")
        )
        * 100,
        "foreign letters": "".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(10_000)),
        "any letters": "".join(
            chr(number)
            for number in (chance.randrange(0x20, 0x10FFFF) for _ in range(10_000))
            if not 0xD800 <= number < 0xE000
        ),
    }


def slowest(app: Flask, paths: Sequence[str]) -> float:
    """How long the slowest input takes on the slowest of these paths, in milliseconds: each the best of three.

    Raises RuntimeError when one is not answered.
    """
    client = app.test_client()
    for path in paths:
        client.get(f"{path}?q=gas+bill")
    return max(
        min(milliseconds(partial(ask, client, f"{path}?{query}", name)) for _ in range(RUNS))
        for name, query in inputs()
        for path in paths
    )


def ask(client: FlaskClient, address: str, name: str) -> None:
    """Ask once."""
    status = client.get(address).status_code
    if status not in ANSWERS:
        raise RuntimeError(f"{name} at {address[:40]} was answered with {status}")
