"""Boundary files of every kind, right and wrong, made on the fly."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio.raw import write
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from geo.boundaries import Boundary
from geo.points import grid_xy

SIDE = 0.01


def squares(number: int) -> list[Polygon]:
    """Squares side by side in the south of Birmingham, in degrees."""
    return [box(-2.0 + SIDE * east, 52.4, -2.0 + SIDE * (east + 1), 52.4 + SIDE) for east in range(number)]


def feature(shape: BaseGeometry | None, **properties: Any) -> dict[str, Any]:
    """One GeoJSON feature."""
    geometry = None if shape is None else shapely.geometry.mapping(shape)
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(features: Sequence[dict[str, Any]], crs: str | None = None) -> dict[str, Any]:
    """A GeoJSON feature collection."""
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return {"type": "FeatureCollection", **named, "features": list(features)}


def three(**changed: Any) -> list[dict[str, Any]]:
    """Three good wards, Alder, Birch and Cedar; `changed` replaces properties of the second."""
    names = ("Alder", "Birch", "Cedar")
    features = [
        feature(shape, code=f"E0500000{number}", name=name)
        for number, (name, shape) in enumerate(zip(names, squares(3), strict=True), start=1)
    ]
    features[1]["properties"] |= changed
    return features


def geojson(path: Path, features: Sequence[dict[str, Any]], crs: str | None = None) -> Path:
    """Write a GeoJSON file."""
    path.write_text(json.dumps(collection(features, crs)), encoding="utf-8")
    return path


def on_grid(shape: BaseGeometry) -> BaseGeometry:
    """A shape in degrees as National Grid metres."""
    turned: BaseGeometry = shapely.transform(shape, grid_xy)
    return turned


def file_of(
    path: Path, boundaries: Sequence[Boundary], driver: str, crs: str | None = "EPSG:27700", layer: str = "wards"
) -> Path:
    """Write boundaries with pyogrio on the National Grid, whatever projection the file then claims."""
    shapes = [MultiPolygon(on_grid(boundary.shape)) for boundary in boundaries]
    fields = {
        "ward_code": np.array([boundary.code for boundary in boundaries], dtype=object),
        "ward_name": np.array([boundary.name for boundary in boundaries], dtype=object),
    }
    options: dict[str, Any] = {"layer": layer} if driver == "GPKG" else {}
    write(
        path,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=list(fields.values()),
        fields=np.array(list(fields)),
        geometry_type="MultiPolygon",
        crs=crs,
        driver=driver,
        append=path.exists(),
        **options,
    )
    return path


def zipped(path: Path, *files: Path, folder: str = "") -> Path:
    """A zip with these files in it."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, f"{folder}{file.name}")
    return path
