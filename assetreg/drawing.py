"""Pictures that the server draws, as SVG that works in print, in forced colours and without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import segno
import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from geo.shapes import Drawing, drawn, lighter

DOT_DEGREES = 0.0002  # a point needs some size to be projected together with a shape


@dataclass(frozen=True, slots=True)
class PlaceDrawing:
    """A ward's outline with one place in it: an SVG path in a box of width by height, and where the dot is."""

    width: int
    height: int
    path: str
    dot: tuple[int, int]


def draw_place(ward: BaseGeometry, latitude: float, longitude: float, width: int = 320) -> PlaceDrawing:
    """Where in its ward a place is."""
    here = shapely.Point(longitude, latitude).buffer(DOT_DEGREES)
    drawing = drawn({"ward": ward, "here": here}, width=width, margin=12)
    return PlaceDrawing(drawing.width, drawing.height, drawing.paths["ward"], drawing.labels["here"])


@lru_cache(maxsize=256)
def qr_code(address: str, scale: int = 3) -> Markup:
    """A QR code of a web address as inline SVG, for paper; `scale` is how large its dots are. Drawn once for each."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(scale=scale, border=2, svgclass="app-qr", lineclass=None, omitsize=False))  # noqa: S704


@lru_cache(maxsize=256)
def draw_areas(shapes: tuple[tuple[str, bytes], ...], width: int = 480) -> Drawing:
    """Areas side by side, by name and shape (well-known binary). Drawn once for the same shapes."""
    return drawn({name: shapely.from_wkb(shape) for name, shape in shapes}, width=width, margin=6)


def areas_as_geojson(shapes: Sequence[tuple[str, str, bytes]]) -> str:
    """A lighter GeoJSON of areas (slug, name, well-known binary) for a map in the browser."""
    light = lighter({slug: shapely.from_wkb(shape) for slug, _, shape in shapes}) if shapes else {}
    features = [
        {
            "type": "Feature",
            "properties": {"slug": slug, "name": name},
            "geometry": json.loads(shapely.to_geojson(light[slug])),
        }
        for slug, name, _ in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
