"""One row of the spreadsheet contract: what it says of a service at one location, or every reason why it cannot stand.

A row holds only what its cells state. What an empty cell or a missing column means is decided when rows of one service
are put together and compared with the register.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assetreg.rules.confidential import repeats, telling_parts
from assetreg.rules.contacts import ContactError, read_email, read_phone, read_url
from assetreg.rules.importing import cells
from assetreg.rules.importing.cells import CellError
from assetreg.rules.importing.columns import LIMITS, ONE_OF, PLACE_COLUMNS, REQUIRED, Problem
from assetreg.rules.opening import RegularTime
from assetreg.rules.rich_text import clean_rich_text, words_of
from assetreg.rules.times import TimesError, read_times
from assetreg.rules.vocabulary import (
    ACCESS_FEATURES,
    AUDIENCES,
    GENDERS,
    REFERRALS,
    SERVICE_KINDS,
    SERVICE_STATUSES,
    STAGES,
    TAKING_PEOPLE,
    VISIBILITIES,
)
from geo.postcodes import PostcodeError

Reader = Callable[[str], Any]


@dataclass(frozen=True)
class Known:
    """What cells may refer to, as ids: terms by slug, areas by code and by slug. `today` is where the city is."""

    needs: Mapping[str, int]
    interests: Mapping[str, int]
    area_by_code: Mapping[str, int]
    area_by_slug: Mapping[str, int]
    wards: frozenset[int]
    area_names: frozenset[str]
    city_id: int | None
    today: date


@dataclass(slots=True)
class Place:
    """Where a row says that the service is. A private place has only its visibility, and perhaps a name and a ward.

    `typed_postcode` is what the cell says of a private place: looked at for its ward and then forgotten.
    `location_id` is the location of the register that it was before it became private.
    """

    visibility: str = "public"
    name: str = ""
    address: str = ""
    postcode: str = ""
    lat: float | None = None
    lon: float | None = None
    has_coordinates: bool = False
    is_approximate: bool = False
    placement: str = "needs_location"
    ward_id: int | None = None
    location_id: int | None = None
    typed_postcode: str = ""

    @property
    def key(self) -> str:
        """What tells one location of a service from another."""
        if self.visibility == "hidden":
            return "hidden"
        if self.visibility == "area_only":
            return f"area_only {self.ward_id}"
        if self.postcode:
            return self.postcode
        return f"{self.lat} {self.lon} {self.address.lower()} {self.name.lower()}"


@dataclass(slots=True)
class Row:
    """What one row states. `service` holds its own columns by name, `contacts` lists of values by kind."""

    line: int
    source_id: str = ""
    organisation: dict[str, str] = field(default_factory=dict)
    service: dict[str, Any] = field(default_factory=dict)
    needs: list[int] | None = None
    interests: list[int] | None = None
    areas: list[int] | None = None
    contacts: dict[str, list[str]] = field(default_factory=dict)
    times: list[RegularTime] | None = None
    place: Place | None = None


def one_of(allowed: tuple[str, ...]) -> Reader:
    """A reader for a closed list."""
    return lambda text: cells.read_choice(text, allowed)


SERVICE_READERS: dict[str, Reader] = {
    "name": cells.read_line,
    "summary": cells.read_line,
    "description": clean_rich_text,
    "kind": one_of(SERVICE_KINDS),
    "online": cells.read_yes_no,
    "telephone": cells.read_yes_no,
    "times_note": cells.read_lines,
    "status_note": cells.read_lines,
    "cost_pence": cells.read_pence,
    "cost_note": cells.read_line,
    "min_age": cells.read_age,
    "max_age": cells.read_age,
    "gender": one_of(GENDERS),
    "eligibility": cells.read_lines,
    "languages": cells.read_languages,
    "access": lambda text: cells.read_choices(text, ACCESS_FEATURES),
    "referral": one_of(REFERRALS),
    "stage": one_of(STAGES),
    "taking_people": one_of(TAKING_PEOPLE),
    "wait": cells.read_line,
    "audience": one_of(AUDIENCES),
    "first_visit": cells.read_lines,
    "assured_by": cells.read_line,
    "status": one_of(SERVICE_STATUSES),
}
ORGANISATION_READERS: dict[str, tuple[str, Reader]] = {
    "organisation": ("name", cells.read_line),
    "charity_number": ("charity_number", cells.read_charity_number),
    "company_number": ("company_number", cells.read_company_number),
    "organisation_url": ("url", read_url),
}
CONTACT_READERS: dict[str, Reader] = {"phone": read_phone, "email": read_email, "url": read_url}


def read_row(line: int, stated: Mapping[str, str], known: Known) -> tuple[Row, list[Problem]]:
    """Read the cells of one row, by our column names. With any problem the row must not be used."""
    row, problems = Row(line), []
    given = {column: bare for column, text in stated.items() if (bare := text.strip())}
    if cells.has_invisible("\n".join(given.values())) or any(len(text) > LIMITS[name] for name, text in given.items()):
        for column, text in list(given.items()):
            sentence = cells.why_not_storable(text, LIMITS[column])
            if sentence:
                problems.append(Problem(column, sentence))
                del given[column]
    broken = {problem.column for problem in problems}
    for column, text in given.items():
        try:
            read_cell(row, column, text, known)
        except (CellError, ContactError, TimesError) as error:
            problems.append(Problem(column, str(error)))
    problems.extend(read_place(row, given, known))
    problems.extend(missing(given, broken))
    problems.extend(contradictions(row.service, given, broken))
    if row.place is not None and row.place.visibility != "public":
        problems.extend(given_away(row, given, known))
    return row, problems


def read_cell(row: Row, column: str, text: str, known: Known) -> None:
    """Put one cell into the row. Raises CellError, ContactError or TimesError."""
    if column in SERVICE_READERS:
        value = SERVICE_READERS[column](text)
        if column == "times_note" and "times_note" in row.service:
            value = cells.read_lines(f"{row.service['times_note']}\n{value}")
        row.service[column] = value
    elif column in CONTACT_READERS:
        split = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
        row.contacts[column] = list(dict.fromkeys(CONTACT_READERS[column](part) for part in split))
    elif column in ORGANISATION_READERS:
        name, reader = ORGANISATION_READERS[column]
        row.organisation[name] = reader(text)
    elif column == "times":
        found = read_times(text)
        row.times = list(found.times)
        if found.note:
            row.service["times_note"] = cells.read_lines(f"{found.note}\n{row.service.get('times_note', '')}")
    elif column == "needs":
        row.needs = cells.read_terms(text, known.needs, known.interests, "needs", "interests")
    elif column == "interests":
        row.interests = cells.read_terms(text, known.interests, known.needs, "interests", "needs")
    elif column == "area":
        row.areas = cells.read_areas(text, known.area_by_code, known.area_by_slug, known.city_id)
    elif column == "assured_on":
        row.service[column] = cells.read_past_date(text, known.today).isoformat()
    elif column == "id":
        row.source_id = cells.read_line(text)


def read_place(row: Row, given: Mapping[str, str], known: Known) -> list[Problem]:
    """Read the columns that say where, and keep of a private place only what may be kept."""
    stated = {column: given[column] for column in PLACE_COLUMNS if column in given}
    if not stated or (set(stated) == {"location_visibility"} and stated["location_visibility"].lower() == "public"):
        return []
    place, problems = Place(), []
    try:
        place.visibility = cells.read_choice(stated.get("location_visibility", "public"), VISIBILITIES)
    except CellError as error:
        problems.append(Problem("location_visibility", str(error)))
    row.place = place
    place.name = cells.read_line(stated.get("location_name", ""))
    problems.extend(read_position(place, stated))
    if place.visibility != "public":
        place.typed_postcode, place.postcode, place.lat, place.lon = place.postcode, "", None, None
        place.has_coordinates, place.placement = False, "withheld"
        if place.visibility == "area_only":
            place.ward_id = next((area for area in row.areas or () if area in known.wards), None)
            is_area_read = row.areas is not None or "area" not in given
            if place.ward_id is None and not place.typed_postcode and not problems and is_area_read:
                problems.append(Problem("area", "Say in area which ward this private place is in."))
    else:
        place.address = cells.read_address(stated.get("address", ""))
    return problems


def read_position(place: Place, stated: Mapping[str, str]) -> list[Problem]:
    """The postcode and the coordinates of a place. The sentences never repeat what was typed."""
    problems = []
    if "postcode" in stated:
        try:
            place.postcode = cells.read_postcode(stated["postcode"])
        except PostcodeError as error:
            is_private = place.visibility != "public"
            sentence = "This is not a postcode. Write it like B31 2AB, or B31 alone." if is_private else str(error)
            problems.append(Problem("postcode", sentence))
    latitude, longitude = stated.get("latitude", ""), stated.get("longitude", "")
    if latitude and longitude:
        try:
            place.lat, place.lon = cells.read_coordinates(latitude, longitude)
            place.has_coordinates = True
        except CellError as error:
            problems.append(Problem("latitude", str(error)))
    elif latitude or longitude:
        empty = "longitude" if latitude else "latitude"
        problems.append(Problem(empty, "Fill in both latitude and longitude, or neither."))
    return problems


def missing(given: Mapping[str, str], broken: set[str]) -> list[Problem]:
    """What every row needs and this one lacks."""
    problems = [
        Problem(column, f"Every row needs something under {column}.")
        for column in REQUIRED
        if column not in given and column not in broken
    ]
    is_reachable = any(
        column in given and (column not in ("online", "telephone") or given[column].lower() not in cells.NO)
        for column in ONE_OF
    )
    if not is_reachable and not broken & set(ONE_OF):
        sentence = "Say where it is: fill in postcode or area, or write yes under online or telephone."
        problems.append(Problem("postcode", sentence))
    return problems


def contradictions(service: Mapping[str, Any], given: Mapping[str, str], broken: set[str]) -> list[Problem]:
    """Cells of one row that cannot all be right."""
    problems = []
    youngest, oldest = service.get("min_age"), service.get("max_age")
    if youngest is not None and oldest is not None and youngest > oldest:
        problems.append(Problem("max_age", f"The oldest age ({oldest}) is below the youngest ({youngest}). Swap them?"))
    if "assured_by" in given and "assured_on" not in given and "assured_on" not in broken:
        problems.append(Problem("assured_on", "Say when this was checked, like 2025-03-31, or leave assured_by empty."))
    return problems


def given_away(row: Row, given: Mapping[str, str], known: Known) -> list[Problem]:
    """Texts of a private place that repeat its address or postcode."""
    address = given.get("address", "")
    telling = telling_parts(address, known.area_names)
    postcode = row.place.typed_postcode if row.place else ""
    sentence = (
        "This repeats the address or postcode of a place that must stay private. Take it out here, "
        "so that it is not kept anywhere."
    )
    problems = []
    for column, text in given.items():
        if column in ("address", "postcode", "latitude", "longitude", "location_visibility", "area"):
            continue
        words = words_of(clean_rich_text(text)) if column == "description" else text
        if repeats(words, telling, postcode) or (column == "description" and repeats(text, telling, postcode)):
            problems.append(Problem(column, sentence))
    return problems
