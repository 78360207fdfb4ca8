"""A boundary file is read whatever kind it is, and everything wrong with it is said at once, in sentences."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geo.boundaries import Boundary, BoundarySet, read_boundaries
from geo.boundary_files import BoundaryFileError
from geo.points import grid_xy
from tests.geo.making_files import feature, file_of, geojson, on_grid, squares, three, zipped


def problems_of(path: Path, *arguments: Any, **options: Any) -> str:
    """Everything that is said against a file."""
    with pytest.raises(BoundaryFileError) as refused:
        read_boundaries(path, *arguments, **options)
    sentences: Sequence[str] = refused.value.problems
    assert all(sentence.rstrip("”)").endswith(".") for sentence in sentences)
    return "\n".join(sentences)


def sample() -> list[Boundary]:
    """The three good wards as boundaries."""
    return [
        Boundary(f"E0500000{number}", name, MultiPolygon([shape]), 0.0)
        for number, (name, shape) in enumerate(zip(("Alder", "Birch", "Cedar"), squares(3), strict=True), start=1)
    ]


def metres_apart(found: BoundarySet, meant: Sequence[Boundary]) -> float:
    """How far the worst edge of the found shapes is from where it should be."""
    return max(
        on_grid(one.shape).hausdorff_distance(on_grid(other.shape))
        for one, other in zip(found.boundaries, meant, strict=True)
    )


def test_geojson_in_degrees(tmp_path: Path) -> None:
    found = read_boundaries(geojson(tmp_path / "wards.geojson", three()))
    assert [(one.code, one.name) for one in found.boundaries] == [
        ("E05000001", "Alder"),
        ("E05000002", "Birch"),
        ("E05000003", "Cedar"),
    ]
    assert (found.name_field, found.code_field, found.notes) == ("name", "code", ())
    assert all(one.shape.geom_type == "MultiPolygon" for one in found.boundaries)
    assert found.boundaries[0].area_m2 == pytest.approx(756_000, rel=0.01)


@pytest.mark.parametrize(
    ("name", "driver"), [("wards.gpkg", "GPKG"), ("wards.shp", "ESRI Shapefile"), ("wards.geojson", "GeoJSON")]
)
def test_national_grid_in_every_kind_of_file(tmp_path: Path, name: str, driver: str) -> None:
    found = read_boundaries(file_of(tmp_path / name, sample(), driver))
    assert found.notes == ()
    assert metres_apart(found, sample()) < 0.5


def test_a_zipped_shapefile_in_a_folder_of_its_zip(tmp_path: Path) -> None:
    file_of(tmp_path / "wards.shp", sample(), "ESRI Shapefile")
    parts = sorted(tmp_path.glob("wards.*"))
    found = read_boundaries(zipped(tmp_path / "download.zip", *parts, folder="Wards_May_2024/"))
    assert metres_apart(found, sample()) < 0.5


@pytest.mark.parametrize("crs", [None, "EPSG:4326"])
def test_a_file_with_no_or_a_lying_projection_is_read_by_its_coordinates(tmp_path: Path, crs: str | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the writing library warns that there is no projection
        path = file_of(tmp_path / "wards.gpkg", sample(), "GPKG", crs)
    found = read_boundaries(path)
    assert metres_apart(found, sample()) < 0.5
    (note,) = found.notes
    assert "its coordinates are National Grid metres" in note


def test_degrees_that_claim_to_be_grid_metres_are_degrees(tmp_path: Path) -> None:
    found = read_boundaries(geojson(tmp_path / "wards.geojson", three(), "urn:ogc:def:crs:EPSG::27700"))
    assert metres_apart(found, sample()) < 0.01
    assert "its coordinates are degrees" in found.notes[0]


def test_another_projection_is_named_and_the_right_ones_too(tmp_path: Path) -> None:
    turn = Transformer.from_crs(4326, 3857, always_xy=True)
    features = three()
    for one, shape in zip(features, squares(3), strict=True):
        mercator = shapely.transform(shape, lambda at: np.column_stack(turn.transform(at[:, 0], at[:, 1])))
        one["geometry"] = shapely.geometry.mapping(mercator)
    said = problems_of(geojson(tmp_path / "wards.geojson", features, "urn:ogc:def:crs:EPSG::3857"))
    assert "Pseudo-Mercator" in said
    assert "EPSG:3857" in said
    assert "Save it in WGS84 (EPSG:4326) or British National Grid (EPSG:27700)" in said
    said = problems_of(geojson(tmp_path / "silent.geojson", features))
    assert "neither degrees nor National Grid metres" in said


def test_latitude_and_longitude_the_wrong_way_round_is_said(tmp_path: Path) -> None:
    turned = [
        feature(shapely.transform(shape, lambda at: at[:, ::-1]), code="E05000001", name="A") for shape in squares(1)
    ]
    assert "the wrong way round" in problems_of(geojson(tmp_path / "wards.geojson", turned))


def test_old_british_degrees_are_not_taken_for_wgs84(tmp_path: Path) -> None:
    """OSGB36 longitude and latitude lie a hundred metres off: they look right and are not."""
    assert "OSGB36" in problems_of(geojson(tmp_path / "wards.geojson", three(), "urn:ogc:def:crs:EPSG::4277"))


def test_no_features_is_said(tmp_path: Path) -> None:
    assert "holds 0 areas" in problems_of(geojson(tmp_path / "wards.geojson", []))
    assert "holds 0 areas" in problems_of(file_of(tmp_path / "wards.gpkg", sample()[:0], "GPKG"))


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", ["wards.geojson", "wards.gpkg", "wards.shp", "wards.zip"])
def test_a_file_that_is_cut_short_is_never_half_read(tmp_path: Path, kind: str, part: float) -> None:
    path = tmp_path / kind
    if kind == "wards.geojson":
        geojson(path, three())
    elif kind == "wards.gpkg":
        file_of(path, sample(), "GPKG")
    else:
        shapefile = file_of(tmp_path / "wards.shp", sample(), "ESRI Shapefile")
        if kind == "wards.zip":
            zipped(path, *sorted(shapefile.parent.glob("wards.*")))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * part)])
    assert problems_of(path)


@pytest.mark.parametrize("lost", [".dbf", ".shx"])
def test_a_shapefile_without_its_companions_is_refused(tmp_path: Path, lost: str) -> None:
    path = file_of(tmp_path / "wards.shp", sample(), "ESRI Shapefile")
    path.with_suffix(lost).unlink()
    assert ".dbf" in problems_of(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("wards.geojson", b""),
        ("wards.geojson", b"   \n"),
        ("wards.geojson", b'{"hello": 1}'),
        ("wards.geojson", b"{" * 5000),
        ("wards.gpkg", b"SQLite format 3\x00" + bytes(range(256)) * 40),
        ("wards.shp", b"\x00\x00\x27\x0a" + b"\xff" * 300),
        ("wards.csv", b"code,name\n1,A\n"),
        ("wards.zip", b"PK\x03\x04" + b"\x00" * 50),
        ("wards.vrt", b"<OGRVRTDataSource><OGRVRTLayer name='w'/></OGRVRTDataSource>"),
        ("wards.geojson", b"<OGRVRTDataSource><OGRVRTLayer name='w'/></OGRVRTDataSource>"),
        ("wards.pdf", b"%PDF-1.7 \xff\xfe"),
    ],
)
def test_what_is_no_boundary_file_is_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert problems_of(path)


def test_a_recipe_for_reading_something_else_is_no_boundary_file(tmp_path: Path) -> None:
    """The reading library follows such JSON to any file of this machine and to any web address."""
    other = geojson(tmp_path / "other.geojson", three())
    recipe = {"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {other}"}
    for name in ("recipe.json", "recipe.gdalg.json"):
        (tmp_path / name).write_text(json.dumps(recipe))
        assert "is not a boundary file" in problems_of(tmp_path / name)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "There is no file" in problems_of(tmp_path / "nothing.geojson")
    assert "There is no file" in problems_of(tmp_path)


def test_a_zip_must_hold_one_boundary_file(tmp_path: Path) -> None:
    one, other = geojson(tmp_path / "a.geojson", three()), geojson(tmp_path / "b.geojson", three())
    assert "holds 2: a.geojson, b.geojson" in problems_of(zipped(tmp_path / "two.zip", one, other))
    readme = tmp_path / "readme.txt"
    readme.write_text("hello")
    assert "holds 0" in problems_of(zipped(tmp_path / "none.zip", readme))


def test_layers_are_listed_when_there_are_several(tmp_path: Path) -> None:
    path = file_of(tmp_path / "all.gpkg", sample(), "GPKG", layer="wards_2018")
    file_of(path, sample()[:2], "GPKG", layer="wards_2004")
    said = problems_of(path)
    assert "wards_2018, wards_2004" in said
    assert "--layer" in said
    assert len(read_boundaries(path, layer="wards_2004").boundaries) == 2
    assert problems_of(path, layer="wards_1974")


def test_missing_fields_are_said_with_those_that_exist(tmp_path: Path) -> None:
    said = problems_of(geojson(tmp_path / "wards.geojson", three()), "wardname", "wardcode")
    assert "no field “wardname” (--name-field)" in said
    assert "no field “wardcode” (--code-field)" in said
    assert "code (“E05000001”), name (“Alder”)" in said


def test_fields_are_found_whatever_their_capitals(tmp_path: Path) -> None:
    found = read_boundaries(geojson(tmp_path / "wards.geojson", three()), "NAME", "Code")
    assert (found.name_field, found.code_field) == ("name", "code")


def test_fields_are_not_guessed_when_two_could_be_meant(tmp_path: Path) -> None:
    features = three()
    for number, one in enumerate(features):
        one["properties"]["label"] = "xyz"[number]
    said = problems_of(geojson(tmp_path / "wards.geojson", features))
    assert "More than one field could hold the names: name, label" in said
    assert read_boundaries(tmp_path / "wards.geojson", "name").code_field == "code"


def test_areas_without_codes_go_by_their_names_where_that_is_allowed(tmp_path: Path) -> None:
    path = geojson(
        tmp_path / "parts.geojson", [feature(shape, Part=name) for name, shape in zip("NS", squares(2), strict=True)]
    )
    assert "No field looks like it holds the codes" in problems_of(path)
    found = read_boundaries(path, may_lack_codes=True)
    assert [(one.code, one.name) for one in found.boundaries] == [("N", "N"), ("S", "S")]


def test_only_a_part_of_a_national_file(tmp_path: Path) -> None:
    features = three(council="Leeds")
    for number in (0, 2):
        features[number]["properties"]["council"] = "York"
    path = geojson(tmp_path / "wards.geojson", features)
    assert [one.name for one in read_boundaries(path, "name", only={"Council": "york"}).boundaries] == [
        "Alder",
        "Cedar",
    ]
    assert "no feature with council=Hull" in problems_of(path, only={"council": "Hull"})
    assert "no field “town”" in problems_of(path, only={"town": "Hull"})


def test_every_problem_is_said_at_once(tmp_path: Path) -> None:
    bow_tie = Polygon([(-2, 52.5), (-1.9, 52.6), (-1.9, 52.5), (-2, 52.6)])
    features = [
        *three(),
        feature(box(-1.99, 52.4, -1.975, 52.41), code="E05000004", name="Over Birch"),
        feature(bow_tie, code="E05000005", name="Bow Tie"),
        feature(None, code="E05000006", name="Nowhere"),
        feature(LineString([(-2, 52.5), (-1.9, 52.6)]), code="E05000007", name="Line"),
        feature(box(2.3, 48.8, 2.4, 48.9), code="E05000008", name="Paris"),
        feature(box(-1.7, 52.5, -1.69, 52.51), code="E05000001", name="Second One"),
        feature(box(-1.6, 52.5, -1.59, 52.51), code="", name=""),
        feature(Polygon([(-1.5, 52.5), (-1.4, 52.5), (-1.5, 52.5)]), code="E05000009", name="Flat"),
    ]
    said = problems_of(geojson(tmp_path / "wards.geojson", features), "name", "code")
    for part in (
        "Feature 2 “Birch” (E05000002) and Feature 4 “Over Birch” (E05000004) overlap by 7",
        "Feature 3 “Cedar” (E05000003) and Feature 4 “Over Birch” (E05000004) overlap by 3",
        "Feature 5 “Bow Tie” (E05000005) cannot be used: its edge crosses itself near 52.55",
        "Feature 6 “Nowhere” (E05000006) has no shape",
        "Feature 7 “Line” (E05000007) is a line, not an area",
        "Feature 8 “Paris” (E05000008) has a corner outside Great Britain (48.",
        "Feature 1 “Alder” (E05000001) and Feature 9 “Second One” (E05000001) have the same code",
        "Feature 10 has nothing in the field “name”",
        "Feature 10 has nothing in the field “code”",
        "Feature 11 “Flat” (E05000009)",
    ):
        assert part in said


def test_a_sliver_is_mended_and_said(tmp_path: Path) -> None:
    """A spike of no width, as drawing by hand leaves it: the area is the same without it."""
    spiked = Polygon([(-2, 52.4), (-1.99, 52.4), (-1.98, 52.4), (-1.99, 52.4), (-1.99, 52.41), (-2, 52.41)])
    assert not spiked.is_valid
    features = three()
    features[0]["geometry"] = shapely.geometry.mapping(spiked)
    found = read_boundaries(geojson(tmp_path / "wards.geojson", features))
    assert found.boundaries[0].shape.is_valid
    assert on_grid(found.boundaries[0].shape).area == pytest.approx(on_grid(squares(1)[0]).area, rel=1e-6)
    (note,) = found.notes
    assert note.startswith("Feature 1 “Alder” (E05000001) was mended")


def test_a_little_overlap_is_allowed_and_said(tmp_path: Path) -> None:
    features = three()
    features[1]["geometry"] = shapely.geometry.mapping(box(-1.99001, 52.4, -1.98, 52.41))
    found = read_boundaries(geojson(tmp_path / "wards.geojson", features))
    assert "1 pair of areas overlaps a little" in found.notes[0]


def test_a_point_that_is_no_area_is_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "wards.geojson", [feature(Point(-2, 52.4), code="E05000001", name="A")])
    assert "is a point, not an area" in problems_of(path)


def test_a_garbled_shape_is_a_feature_without_a_shape(tmp_path: Path) -> None:
    features = three()
    features[1]["geometry"] = {"type": "Polygon", "coordinates": [[[1, 2], [3], "x"]]}
    assert "Feature 2 “Birch” (E05000002) has no shape" in problems_of(geojson(tmp_path / "wards.geojson", features))


def test_heights_are_dropped(tmp_path: Path) -> None:
    features = three()
    features[0]["geometry"] = shapely.geometry.mapping(shapely.force_3d(squares(1)[0], 100))
    found = read_boundaries(geojson(tmp_path / "wards.geojson", features))
    assert not any(one.shape.has_z for one in found.boundaries)


def test_names_with_every_kind_of_letter_survive(tmp_path: Path) -> None:
    name = "Ynys Môn – مركز 🙂 <b>"
    found = read_boundaries(geojson(tmp_path / "wards.geojson", three(name=name)), "name", "code")
    assert found.boundaries[1].name == name


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "areas", "square_km"),
    [
        ("birmingham_wards_2018", 69, 268),
        ("birmingham_wards_OLD_pre2018_40", 40, 268),
        ("solihull_wards_2018", 17, 178),
    ],
)
def test_real_files_need_no_options(shared_data: Path, name: str, areas: int, square_km: int) -> None:
    found = read_boundaries(shared_data / "boundaries" / f"{name}.geojson")
    assert len(found.boundaries) == areas
    assert found.notes == ()
    assert sum(one.area_m2 for one in found.boundaries) / 1e6 == pytest.approx(square_km, abs=1)
    grid = shapely.transform(np.array([one.shape for one in found.boundaries], dtype=object), grid_xy)
    assert shapely.union_all(grid).area == pytest.approx(shapely.area(grid).sum(), rel=1e-6)
