"""Opening boundary files: GeoJSON, GeoPackage or shapefile, plain or zipped, in degrees or National Grid metres.

What a file says about its projection is believed only as far as its coordinates agree.
"""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio import list_layers
from pyogrio.errors import CRSError as FileCRSError
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError
from pyogrio.raw import read
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from geo.points import Numbers, degrees_xy, grid_xy, is_in_great_britain, is_on_grid

KINDS = "GeoJSON (.geojson), GeoPackage (.gpkg) or shapefile (.shp, or a .zip that holds one)"
SAVE_AGAIN = "Save it in WGS84 (EPSG:4326) or British National Grid (EPSG:27700) and try again."
UNZIPPED_BYTES = 2_000_000_000  # more than all of Britain's wards in full detail; a larger zip is a mistake or a trap
LOOKED_AT_BYTES = 1_000_000  # of a file's beginning, before the reading library sees it
_RECIPE = b"gdal_streamed_alg"  # JSON that tells the reading library what else to open: a file or a web address
_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp")
_CANNOT = (DataSourceError, DataLayerError, FeatureError, GeometryError, FileCRSError, UnicodeDecodeError)


class BoundaryFileError(ValueError):
    """The file cannot be used; `problems` are sentences that each name what is wrong and what to do."""

    def __init__(self, *problems: str) -> None:
        """Keep every problem, not only the first."""
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class BoundaryTable:
    """What a boundary file holds: fields as text, and each feature's shape twice, in degrees and in grid metres.

    A feature without a shape has None in both. `notes` say what was taken differently from what the file claims.
    """

    columns: dict[str, tuple[str, ...]]
    degrees: tuple[BaseGeometry | None, ...]
    grid: tuple[BaseGeometry | None, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """How many features there are."""
        return len(self.degrees)


def read_table(path: Path, layer: str | None = None) -> BoundaryTable:
    """Read the whole file; BoundaryFileError with one sentence when it is missing, damaged or of another kind."""
    source = _source(path)
    layer = layer or _only_layer(path, source)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            meta, _, wkb, values = read(source, layer=layer, force_2d=True)
        except FileCRSError as error:
            raise BoundaryFileError(
                f"{path.name} describes its projection in a way that cannot be read ({error}). {SAVE_AGAIN}"
            ) from error
        except _CANNOT as error:
            raise _damaged(path, error) from error
    columns = {str(field): _texts(column) for field, column in zip(meta["fields"], values, strict=True)}
    shapes = shapely.from_wkb(wkb, on_invalid="ignore") if wkb is not None else np.array([], dtype=object)
    notes = [f"While reading {path.name}: {warning.message}" for warning in said]
    if not len(shapes):
        raise BoundaryFileError(
            f"{path.name} holds 0 areas. Export the areas again, and check that none are filtered out."
        )
    degrees, grid, note = _projected(path, meta["crs"], shapes)
    return BoundaryTable(columns, tuple(degrees), tuple(grid), tuple(notes + ([note] if note else [])))


def _source(path: Path) -> str:
    """What the reading library is given for this path, once its first bytes show a kind that we read."""
    if path.is_dir() or not path.exists():
        raise BoundaryFileError(f"There is no file {path}. Check the name and the folder.")
    with path.open("rb") as file:
        start = file.read(LOOKED_AT_BYTES)
    if not start:
        raise BoundaryFileError(f"{path.name} is empty. Download or export it again.")
    if start.startswith(b"PK"):
        return _inside_zip(path)
    _refuse_other_kinds(path.name, start)
    return str(path)


def _refuse_other_kinds(name: str, start: bytes) -> None:
    """Only kinds we mean to read reach the library: it also knows formats that fetch from the network."""
    is_ours = start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"SQLite format 3", b"\x00\x00\x27\x0a"))
    if not is_ours or _RECIPE in start:
        raise BoundaryFileError(f"{name} is not a boundary file. Give a {KINDS}.")


def _inside_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.filename.startswith("__MACOSX")]
            files = [info.filename for info in members if info.filename.lower().endswith(_SUFFIXES)]
            start = b""
            if len(files) == 1:
                with archive.open(files[0]) as member:
                    start = member.read(LOOKED_AT_BYTES)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:  # RuntimeError: a password
        raise _damaged(path, error) from error
    if sum(info.file_size for info in members) > UNZIPPED_BYTES:
        raise BoundaryFileError(f"{path.name} is too large when unpacked. Unpack it and give the file you need.")
    if len(files) != 1:
        held = ", ".join(sorted(files)[:10]) or "none"
        raise BoundaryFileError(
            f"{path.name} must hold exactly one boundary file, and holds {len(files)}: {held}. "
            "Unpack it and give the one you need."
        )
    _refuse_other_kinds(files[0], start)
    return f"/vsizip/{path.resolve()}/{files[0]}"


def _only_layer(path: Path, source: str) -> str:
    """The one layer with shapes; a GeoPackage may hold several, and then the person has to say which."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library warns of here, it fails at when reading
            layers = [str(name) for name, kind in list_layers(source).tolist() if kind is not None]
    except _CANNOT as error:
        raise _damaged(path, error) from error
    if not layers:
        raise BoundaryFileError(f"{path.name} holds 0 areas: it has no layer with shapes.")
    if len(layers) > 1:
        raise BoundaryFileError(f"{path.name} holds several layers: {', '.join(layers)}. Say which with --layer.")
    return layers[0]


def _damaged(path: Path, error: Exception) -> BoundaryFileError:
    why = str(error).split(";")[0].strip().rstrip(".")
    parts = " A shapefile needs its .shp, .shx and .dbf files together." if path.suffix.lower() == ".shp" else ""
    return BoundaryFileError(f"{path.name} is damaged or cut short ({why}). Download or export it again.{parts}")


def _texts(column: NDArray[Any]) -> tuple[str, ...]:
    """Values as people would write them: nothing for a missing one, 7 and not 7.0."""
    return tuple(_text(value) for value in column.tolist())


def _text(value: object) -> str:
    if value is None or value != value:  # a missing number is unequal to itself
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _projected(path: Path, said: str | None, shapes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], str | None]:
    """The shapes in degrees and in grid metres, and a sentence when the coordinates decided and not the file."""
    coordinates = shapely.get_coordinates(shapes)
    if not len(coordinates):
        raise BoundaryFileError(f"{path.name} holds {len(shapes)} features and not one shape. Export it with shapes.")
    is_degrees = _mostly(is_in_great_britain(coordinates[:, 1], coordinates[:, 0]))
    is_grid = not is_degrees and _mostly(
        is_on_grid(coordinates[:, 0], coordinates[:, 1]) & (coordinates > 180).any(axis=1)
    )
    crs = _crs(said)
    if is_degrees and not (crs is not None and crs.is_geographic and not _is_wgs84(crs)):
        note = None if crs is not None and _is_wgs84(crs) else _decided(path, crs, "degrees (WGS84)")
        return shapes, _turned(shapes, grid_xy), note
    if is_grid and not (crs is not None and crs.is_projected and not _is_national_grid(crs)):
        note = None if crs is not None and _is_national_grid(crs) else _decided(path, crs, "National Grid metres")
        return _turned(shapes, degrees_xy), shapes, note
    raise BoundaryFileError(_wrong_projection(path, crs, coordinates))


def _wrong_projection(path: Path, crs: CRS | None, coordinates: Numbers) -> str:
    sample = ", ".join(f"{number:.6g}" for number in coordinates[0])
    if _mostly(is_in_great_britain(coordinates[:, 0], coordinates[:, 1])):
        return f"{path.name} has latitude and longitude the wrong way round ({sample}). {SAVE_AGAIN}"
    if crs is None or _is_wgs84(crs) or _is_national_grid(crs):
        return (
            f"{path.name} has coordinates that are neither degrees nor National Grid metres in Great Britain "
            f"(the first is {sample}). {SAVE_AGAIN}"
        )
    number = crs.to_epsg()
    known_as = f"“{crs.name}”" + (f" (EPSG:{number})" if number else "")
    return f"{path.name} is drawn in {known_as}. {SAVE_AGAIN}"


def _decided(path: Path, crs: CRS | None, taken: str) -> str:
    claim = "does not say its projection" if crs is None else f"says “{crs.name}”"
    return f"{path.name} {claim}, but its coordinates are {taken} and were read so."


def _mostly(answers: NDArray[np.bool_]) -> bool:
    """More than half: a few wild coordinates are their features' problem, not the file's projection."""
    return bool(answers.mean() > 0.5)


def _crs(said: str | None) -> CRS | None:
    try:
        return CRS.from_user_input(said) if said else None
    except CRSError:
        return None


def _is_wgs84(crs: CRS) -> bool:
    """WGS84 or ETRS89, which in Britain lie under a metre apart."""
    return crs.to_epsg(min_confidence=60) in (4326, 4258, 4979, 4937) or crs.name in ("WGS 84 (CRS84)", "GCS_WGS_1984")


def _is_national_grid(crs: CRS) -> bool:
    plane = crs.sub_crs_list[0] if crs.is_compound else crs
    return plane.to_epsg(min_confidence=60) == 27700 or plane.name in (
        "British_National_Grid",
        "OSGB36 / British National Grid",
    )


def _turned(shapes: NDArray[Any], turn: Any) -> NDArray[Any]:
    """Each shape with its coordinates turned; a shape that cannot be (off the edge of the map) is kept far away."""
    turned: NDArray[Any] = shapely.transform(
        shapes, lambda points: np.nan_to_num(turn(points), posinf=1e9, neginf=-1e9)
    )
    return turned
