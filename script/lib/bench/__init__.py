"""What script/bench measures, a part a module: `measure()` yields Measures. A new part is one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench import booking, importing, pages, postcodes, search
from bench.measuring import Measure

PARTS: dict[str, Callable[[], Iterator[Measure]]] = {
    "booking": booking.measure,
    "import": importing.measure,
    "pages": pages.measure,
    "postcodes": postcodes.measure,
    "search": search.measure,
}
