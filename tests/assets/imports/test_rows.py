import pytest

from assets.imports import AssetResource
from assets.models import AssetField, AssetGroup
from organisations.imports import CREATED, Column, Guess, Record, Terms
from organisations.permissions import Permission
from tests.cast import Cast
from tests.factories.assets import AssetFieldFactory, AssetTypeFactory
from tests.factories.organisations import SubLocationFactory

MISSING = frozenset({"types", "statuses", "locations", "fleets", "fields"})


def columns(*headers: str, **types: str) -> list[Column]:
    """Place lower-case headers as keys and the others as custom fields."""
    return [
        Column(
            index,
            header,
            header,
            key=header if header.islower() else "",
            field_name="" if header.islower() else header,
            guess=Guess(type=types.get(header, "text"), longest=30),
            read=read,
        )
        for index, header in enumerate(headers)
    ]


def read(type_: str, text: str) -> object:
    return int(text) if type_ == "integer" and text.isdigit() else text


def loaded_name(cast: Cast, placed: list[Column], *cells: str) -> str:
    unique = next((column for column in placed if column.header == "Tag"), None)
    terms = Terms(cast.organisation, cast.owner, MISSING)
    loader = AssetResource().loader(terms, placed, unique)
    assert loader.load([Record(9, [*cells])]) == [CREATED]
    name: str = AssetGroup.objects.get().name
    return name


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (["Anna", "77", "ABC-1", "S1"], "Anna"),
        (["", "77", "ABC-1", "S1"], "77"),
        (["", "", "ABC-1", "S1"], "ABC-1"),
        (["", "", "", "S1"], "S1"),
        (["", "", "", ""], "Bus row 9"),
        (["7", "", "", ""], "Bus 7"),
        (["A \n\t B", "", "", ""], "A B"),
    ],
)
def test_it_finds_a_name_for_every_row(cast: Cast, cells: list[str], name: str) -> None:
    placed = columns("name", "Tag", "License Plate", "Serial", "type")

    assert loaded_name(cast, placed, *cells, "Bus") == name


def test_it_puts_the_type_before_a_number(cast: Cast) -> None:
    placed = columns("Tag", "type", Tag="integer")

    assert loaded_name(cast, placed, "96", "Articulated tram") == "Articulated tram 96"


def test_it_makes_room_for_the_number(cast: Cast) -> None:
    placed = columns("Tag", "type", Tag="integer")

    name = loaded_name(cast, placed, "1234567", "Articulated tram")

    assert name == "Articulated 1234567"


def test_it_says_everything_that_is_wrong_with_a_row(cast: Cast) -> None:
    placed = columns("name", "type", "status", "location", "number")
    loader = AssetResource().loader(Terms(cast.organisation, cast.owner), placed, None)

    (outcome,) = loader.load([Record(2, ["Anna", "", "New", "Depot", "seven"])])

    assert [(one.column, one.value, one.code) for one in outcome.reasons] == [
        ("type", "", "asset_type_required"),
        ("status", "New", "status_invalid"),
        ("location", "Depot", "location_invalid"),
        ("number", "seven", "invalid_body"),
    ]


def test_it_names_the_cells_that_a_service_refuses(cast: Cast) -> None:
    width, url = (
        AssetFieldFactory(organisation=cast.organisation, name=name, type=type_)
        for name, type_ in (("Width", 1), ("Manual", 8))
    )
    AssetTypeFactory(
        organisation=cast.organisation, name="Bus", with_fields=[width, url]
    )
    placed = columns("name", "type", "Width", "Manual")
    loader = AssetResource().loader(Terms(cast.organisation, cast.owner), placed, None)

    (outcome,) = loader.load([Record(2, ["Anna", "Bus", "wide", "ftp://x"])])

    assert [(one.column, one.value, one.code) for one in outcome.reasons] == [
        ("Width", "wide", "invalid_field_value"),
        ("Manual", "ftp://x", "invalid_field_value"),
    ]


def test_it_names_a_required_field_that_has_no_value(cast: Cast) -> None:
    plate = AssetFieldFactory(
        organisation=cast.organisation, name="Plate", required=True
    )
    AssetTypeFactory(organisation=cast.organisation, name="Bus", with_fields=[plate])
    placed = columns("name", "type", "Plate")
    loader = AssetResource().loader(Terms(cast.organisation, cast.owner), placed, None)

    outcomes = loader.load(
        [Record(2, ["A1", "Bus", ""]), Record(3, ["A2", "Bus", "X"])]
    )

    assert [[(one.column, one.code) for one in row.reasons] for row in outcomes] == [
        [("Plate", "field_required")],
        [],
    ]


def test_it_minds_the_capacity_of_a_sub_location(cast: Cast) -> None:
    track = SubLocationFactory(
        location__organisation=cast.organisation, asset_capacity=1
    )
    placed = columns("name", "type", "location", "sub_location")
    terms = Terms(cast.organisation, cast.owner, MISSING)
    loader = AssetResource().loader(terms, placed, None)
    place = [track.location.name, track.name]

    first, second = loader.load(
        [Record(2, ["A1", "Bus", *place]), Record(3, ["A2", "Bus", *place])]
    )

    assert first == CREATED
    assert [(one.column, one.code) for one in second.reasons] == [
        ("sub_location", "location_invalid")
    ]


def test_it_looks_at_all_rows_only_when_names_will_be_cut(cast: Cast) -> None:
    terms = Terms(cast.organisation, cast.owner, MISSING)
    placed = columns("name", "type")

    assert AssetResource().loader(terms, placed, None).needs_look
    placed[0].guess = Guess(longest=20)
    assert not AssetResource().loader(terms, placed, None).needs_look


def test_it_tells_what_a_user_must_hold() -> None:
    resource = AssetResource()

    assert resource.permissions(frozenset()) == {Permission.MANAGE_FLEETS}
    assert resource.permissions(MISSING) == {
        Permission.MANAGE_FLEETS,
        Permission.MANAGE_LOCATIONS,
    }


def test_it_keeps_values_of_columns_in_their_fields(cast: Cast) -> None:
    placed = columns("name", "type", "Colour", "Remark")
    terms = Terms(cast.organisation, cast.owner, MISSING)

    AssetResource().loader(terms, placed, None).load(
        [Record(2, ["Anna", "Bus", "red", ""])]
    )

    colour = AssetField.objects.get(name="Colour")
    assert AssetGroup.objects.get().fields == {colour.key: "red"}
