"""Who is near: points sorted into a grid of cells, so that a circle looks only at the cells it touches."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.metres import Metres, Plane
from search.sets import starts_of, stretches

SMALLEST_CELL_M = 1_000.0
MOST_CELLS_ACROSS = 256
ROUNDING_M = 0.001
# Drawing a circle, by which every document's place is known, pays when so few points have to be measured for it: this
# many, and so many for each document that would have to be measured otherwise.
FEW_POINTS, POINTS_FOR_A_DOCUMENT = 2_500, 2

Mask = NDArray[np.bool_]
Docs = NDArray[np.int32]


@dataclass(frozen=True)
class Grid:
    """All points in order of their cells, row by row from the south west."""

    west: float
    south: float
    cell_m: float
    across: int
    up: int
    starts: list[int]  # where each cell's points begin
    x: Metres
    y: Metres
    doc: Docs

    def runs(self, x: float, y: float, metres: float) -> list[tuple[int, int]]:
        """The stretches of points whose cells a circle may touch; a little more, because sums are rounded."""
        metres += ROUNDING_M
        left = max(floor((x - metres - self.west) / self.cell_m), 0)
        right = min(floor((x + metres - self.west) / self.cell_m), self.across - 1)
        low = max(floor((y - metres - self.south) / self.cell_m), 0)
        high = min(floor((y + metres - self.south) / self.cell_m), self.up - 1)
        if left > right:
            return []
        starts, across = self.starts, self.across
        found = [(starts[row * across + left], starts[row * across + right + 1]) for row in range(low, high + 1)]
        return [run for run in found if run[0] < run[1]]


def grid_of(x: Metres, y: Metres, doc: Docs) -> Grid:
    """Sort points into cells of a kilometre, or larger ones where they are spread over a country."""
    if not len(x):
        return Grid(0, 0, SMALLEST_CELL_M, 0, 0, [0], x, y, doc)
    west, south = float(x.min()), float(y.min())
    width, height = float(x.max()) - west, float(y.max()) - south
    cell = max(SMALLEST_CELL_M, width / MOST_CELLS_ACROSS, height / MOST_CELLS_ACROSS)
    across, up = floor(width / cell) + 1, floor(height / cell) + 1
    cells = np.floor((y - south) / cell).astype(np.int32) * across + np.floor((x - west) / cell).astype(np.int32)
    order = np.argsort(cells, kind="stable")
    starts = starts_of(np.bincount(cells, minlength=across * up)).tolist()
    return Grid(west, south, cell, across, up, starts, x[order], y[order], doc[order])


@dataclass(frozen=True)
class Points:
    """Where documents are: metres on the plane, degrees for the map. Row i has points `starts[i]` to `starts[i + 1]`.

    `first_x` and `first_y` are each document's first point (infinite when it has none); nearly all have only that.
    """

    plane: Plane
    x: Metres
    y: Metres
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    ward: NDArray[np.int32]
    precision: NDArray[np.int32]
    starts: NDArray[np.int64]
    first_x: Metres
    first_y: Metres
    has_several: Mask
    grid: Grid

    def squared(self, x: float, y: float, docs: Docs) -> Metres:
        """Square metres from a place on the plane to the nearest point of each document; infinite for none."""
        across, along = self.first_x[docs], self.first_y[docs]
        across -= x
        along -= y
        across *= across
        along *= along
        across += along
        several = self.has_several[docs].nonzero()[0]
        if len(several):
            starts = self.starts[docs[several]]
            counts = self.starts[docs[several] + 1] - starts
            places = stretches(starts, counts)
            firsts = counts.cumsum() - counts
            across[several] = np.minimum.reduceat((self.x[places] - x) ** 2 + (self.y[places] - y) ** 2, firsts)
        return across


class Circle:
    """A point and so many metres around it; says of documents whether they are in it, whichever way is quicker."""

    def __init__(self, points: Points, point: tuple[float, float], metres: float) -> None:
        self.points = points
        self.x, self.y = points.plane.point(*point)
        self.squared_m = metres * metres
        self.runs = points.grid.runs(self.x, self.y, metres)
        self.points_around = sum(end - start for start, end in self.runs)
        self._mask: Mask | None = None

    @property
    def is_drawn(self) -> bool:
        """Is it known of every document whether it is in the circle?"""
        return self._mask is not None

    def expect(self, documents: int) -> None:
        """Say how many documents will be asked about in all."""
        if self.points_around < FEW_POINTS + POINTS_FOR_A_DOCUMENT * documents:
            self.mask()

    def within(self, docs: Docs) -> NDArray[Any]:
        """The places in `docs` of those that are in the circle."""
        if self._mask is not None:
            return self._mask[docs].nonzero()[0]
        return (self.points.squared(self.x, self.y, docs) <= self.squared_m).nonzero()[0]

    def mask(self) -> Mask:
        """For every document whether one of its points is in the circle."""
        if self._mask is None:
            grid = self.points.grid
            mask = np.zeros(len(self.points.first_x), np.bool_)
            if self.runs:
                x, y, doc = (
                    np.concatenate([each[start:end] for start, end in self.runs]) for each in (grid.x, grid.y, grid.doc)
                )
                x -= self.x
                y -= self.y
                x *= x
                y *= y
                x += y
                mask[doc[x <= self.squared_m]] = True
            self._mask = mask
        return self._mask
