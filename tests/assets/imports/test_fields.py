import pytest

from assets.imports.fields import FieldColumns, field_names, is_legal, legal_names
from assets.models import AssetField, AssetTypeField, FieldType
from organisations.imports import Column, Guess, Record, Terms
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import AssetFieldFactory, AssetTypeFactory


def fill(cast: Cast, *columns: Column) -> FieldColumns:
    terms = Terms(cast.organisation, cast.owner, frozenset({"fields"}))
    return FieldColumns(terms, columns)


def column(header: str, index: int = 0, **guess: object) -> Column:
    made = Guess(**guess)  # type: ignore[arg-type]
    return Column(index, header, header, field_name=header, guess=made)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Colour", "Colour"),
        ("License#", "License#"),
        ("Estimated Replacement Year", "Replacement Year"),
        ("Last inspection by the fire service", "Last inspection by"),
        ("Position", "Position (file)"),
        ("CREATED-AT", "CREATED-AT (file)"),
        ("Organisation-Id", "Organisation (file)"),
        ("null", "null (file)"),
        ("2024", "Column 2024"),
        ("NaN", "Column NaN"),
        ("$", "Column"),
        ("$cost", "cost"),
        ("X", "Column X"),
    ],
)
def test_it_makes_headers_legal(header: str, name: str) -> None:
    assert legal_names([header], []) == {header: name}
    assert is_legal(name)


def test_it_keeps_names_apart() -> None:
    headers = [
        "Checked Out To: First Name",
        "Checked Out To: Last Name",
        "Inspection of the brakes, first",
        "Inspection of the brakes, second",
        "Brakes",
    ]

    names = legal_names(headers, taken=["brakes"])

    assert names == {
        "Checked Out To: First Name": "Out To: First Name",
        "Checked Out To: Last Name": "Out To: Last Name",
        "Inspection of the brakes, first": "of the brakes, first",
        "Inspection of the brakes, second": "the brakes, second",
        "Brakes": "Brakes 2",
    }


def test_it_uses_the_fields_there_are(cast: Cast) -> None:
    there = AssetFieldFactory(organisation=cast.organisation, name="Colour")
    AssetFieldFactory(organisation=cast.other, name="Width")

    fields = fill(cast, column("COLOUR"), column("Width", 1))

    assert [(one.index, custom.name) for one, custom in fields.places] == [
        (0, "Colour"),
        (1, "Width"),
    ]
    assert fields.places[0][1] == there
    assert fields.places[1][1].organisation == cast.organisation
    assert [note.code for note in fields.notes] == ["fields_made"]


def test_it_makes_fields_with_the_traits_of_their_column(cast: Cast) -> None:
    fill(
        cast,
        column("Cost", 0, type="decimal", units="$", longest=9),
        column("Remark", 1, multi_line=True, longest=300),
        column("Story", 2, longest=300),
        column("Saga", 3, longest=20_000),
        column("Built", 4, type="date"),
    )

    fields = AssetField.objects.of(cast.organisation)
    assert [
        *fields.values_list("name", "type", "units", "multi_line", "max_length")
    ] == [
        ("Cost", FieldType.DECIMAL, "$", False, None),
        ("Remark", FieldType.TEXT, "", True, None),
        ("Story", FieldType.TEXT, "", False, 16_000),
        ("Saga", FieldType.TEXT, "", False, 65_535),
        ("Built", FieldType.DATE, "", False, None),
    ]


def test_it_finds_a_field_by_the_header_it_was_made_for(cast: Cast) -> None:
    fill(cast, column("Estimated Replacement Year"), column("Position", 1))
    AssetFieldFactory(
        organisation=cast.organisation, name="Colour", description="Its paint"
    )

    assert field_names(cast.organisation) == {
        "estimated replacement year": "Replacement Year",
        "replacement year": "Replacement Year",
        "position": "Position (file)",
        "position (file)": "Position (file)",
        "colour": "Colour",
    }


def test_it_gives_a_type_the_field_once(cast: Cast) -> None:
    fields = fill(cast, column("Colour"))
    kind = AssetTypeFactory(organisation=cast.organisation)
    field = fields.places[0][1]

    found = [fields.values(Record(line, ["red"]), kind) for line in (2, 3)]
    fields.link()

    assert found == [{str(field.pk): "red"}] * 2
    assert [*AssetTypeField.objects.values_list("type", "field")] == [
        (kind.pk, field.pk)
    ]
    change = Change.objects.get(model="assettype", object_id=kind.pk)
    assert (change.field, change.old, change.new) == ("fields", None, str(field.pk))


def test_it_gives_no_field_to_a_type_when_it_may_not(cast: Cast) -> None:
    AssetFieldFactory(organisation=cast.organisation, name="Colour")
    fields = FieldColumns(Terms(cast.organisation, cast.owner), [column("Colour")])

    kind = AssetTypeFactory(organisation=cast.organisation)
    fields.values(Record(2, ["red"]), kind)
    fields.link()

    assert not AssetTypeField.objects.exists()
