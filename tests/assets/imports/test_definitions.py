from assets.models import AssetField, EnumValue
from assets.services.fields import create_field
from tests.cast import Cast
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.assets import AssetFieldFactory, AssetTypeFactory, make_asset

files = exchange("fields")

TEXT = (
    "Name,Type,Required,Units,Max length,Values,Default\n"
    "Length,decimal,yes,mm,,,12.5\n"
    "Gauge,enum,,,,1435; 1524;5\\;6,1524\n"
    "Remark,text,,,30,,007\n"
    "Checked,boolean,no,,,,true\n"
    "Built,date,,,,,2020-02-29\n"
    "Stop,duration,,,,,90\n"
)


def texts(field: AssetField) -> list[str]:
    return [*field.values.order_by("id").values_list("value", flat=True)]


def test_it_makes_fields_once(files: Exchange) -> None:
    first = files.load(TEXT)
    again = files.load(TEXT)

    assert (outcome(first), outcome(again)) == ((6, 0, 0, 0), (0, 0, 6, 0))
    fields = {field.name: field for field in AssetField.objects.all()}
    assert (fields["Length"].required, fields["Length"].units) == (True, "mm")
    assert texts(fields["Gauge"]) == ["1435", "1524", "5;6"]
    defaults = {name: field.default_value for name, field in fields.items()}
    assert defaults == {
        "Length": 12.5,
        "Gauge": str(EnumValue.objects.get(value="1524").pk),
        "Remark": "007",
        "Checked": True,
        "Built": "2020-02-29",
        "Stop": 90,
    }


def test_it_changes_a_definition_and_its_values(files: Exchange) -> None:
    files.load(TEXT)
    kept = EnumValue.objects.get(value="1524")
    text = "Name,Values,Units,Default\ngauge,1524;1600;,,1600\nLength,,cm,\n"

    report = files.load(text)

    assert outcome(report) == (0, 2, 0, 0)
    gauge = AssetField.objects.get(pk=kept.field_id)
    assert texts(gauge) == ["1524", "1600"]
    assert gauge.default_value == str(EnumValue.objects.get(value="1600").pk)
    assert EnumValue.objects.get(value="1524").pk == kept.pk
    length = AssetField.objects.get(name="Length")
    assert (length.units, length.default_value, length.required) == ("cm", 12.5, True)


def test_it_refuses_definitions(cast: Cast, files: Exchange) -> None:
    used = AssetFieldFactory(organisation=cast.organisation, name="Plate")
    type_ = AssetTypeFactory(organisation=cast.organisation, with_fields=[used])
    make_asset(cast.organisation, type_id=type_.pk, fields={str(used.pk): "X"})
    text = (
        "Name,Type,Units,Values,Default,Required\n"
        "Width,wide,,,,\nNone,,,,,\nColour,text,,red,,\nState,enum,,,,\n"
        "Size,text,mm,,,\nBuilt,date,,,yesterday,\nLocation,text,,,,\n"
        "Plate,integer,,,,\nOk,text,,,,maybe\nA name that is much too long,text,,,,\n"
    )

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Type", "invalid_field_definition"),
        (3, "Type", "invalid_field_definition"),
        (4, "Values", "invalid_field_definition"),
        (5, "Values", "invalid_field_definition"),
        (6, "Units", "invalid_field_definition"),
        (7, "Default", "invalid_field_definition"),
        (8, "Name", "field_name_reserved"),
        (9, "Type", "field_type_in_use"),
        (10, "Required", "invalid_body"),
        (11, "Name", "invalid_body"),
    ]
    assert outcome(report) == (0, 0, 0, 10)


def test_it_keeps_values_that_assets_have(cast: Cast, files: Exchange) -> None:
    body = {"name": "Gauge", "type": "enum", "values": ["1435", "1524"]}
    gauge = create_field(organisation=cast.organisation, body=body, actor=cast.owner)
    type_ = AssetTypeFactory(organisation=cast.organisation, with_fields=[gauge])
    make_asset(cast.organisation, type_id=type_.pk, fields={str(gauge.pk): "1524"})

    report = files.load("Name,Values\nGauge,1435\n")

    assert codes(report) == [(2, "Values", "enum_value_in_use")]
    assert texts(gauge) == ["1435", "1524"]


def test_it_carries_fields_to_another_organisation(cast: Cast, files: Exchange) -> None:
    files.load(TEXT)
    AssetFieldFactory(
        organisation=cast.organisation,
        name="Notes",
        multi_line=True,
        is_result=True,
        default_value="Two\nlines; here",
    )

    files.carry(cast.other)
