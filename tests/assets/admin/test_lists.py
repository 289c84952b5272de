"""How lists of assets are narrowed and searched in the back office."""

from typing import Any

import pytest
from django.test import Client

from assets.admin import value_search
from assets.models import Asset, AssetField, AssetGroup, FieldType
from tests.back_office import CASES, as_staff, page
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.devices import make_device
from tests.factories.organisations import LocationFactory

ABSENT = 1_234_567


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def listed(client: Client, model: Any = Asset, **asked: Any) -> set[str]:
    """Return the names that a list shows."""
    answer = client.get(page(model, "changelist"), asked)
    assert answer.status_code == 200, answer.headers.get("Location")
    return {row.name for row in answer.context["cl"].result_list}


def field_filter(client: Client, **asked: Any) -> Any:
    """Return the form of the filter by a custom field."""
    specs = client.get(page(Asset, "changelist"), asked).context["cl"].filter_specs
    return next(spec.form for spec in specs if hasattr(spec, "definition"))


def field_of(cast: Cast, kind: FieldType = FieldType.TEXT, **columns: Any) -> Any:
    """Return a field of the organisation."""
    return AssetFieldFactory(organisation=cast.organisation, type=kind, **columns)


def with_value(cast: Cast, field: AssetField, value: object, name: str) -> AssetGroup:
    """Make an asset with a value of the field."""
    kind = AssetTypeFactory(organisation=field.organisation, with_fields=[field])
    return make_asset(
        field.organisation,
        name=name,
        type_id=kind.pk,
        fields={str(field.pk): value},
    )


VALUES: list[tuple[FieldType, object, object, dict[str, str]]] = [
    (FieldType.TEXT, "red", "Red", {"": "red"}),
    (FieldType.INTEGER, 7, 70, {"": "7"}),
    (FieldType.DECIMAL, 0.5, 5, {"": "0.50"}),
    (FieldType.BOOLEAN, False, True, {"": "false"}),
    (FieldType.DATE, "2026-11-22", "2026-11-23", {"": "2026-11-22"}),
    (
        FieldType.DATETIME,
        "2026-11-22T09:20:00Z",
        "2026-11-22T09:20:01Z",
        {"_0": "2026-11-22", "_1": "09:20:00"},
    ),
    (FieldType.DURATION, 3600, 60, {"": "3600"}),
    (FieldType.URL, "https://a.example/", "https://b.example/", {"": "a.example/"}),
]


@pytest.mark.parametrize(("kind", "value", "other", "typed"), VALUES)
def test_it_narrows_by_the_value_of_a_field(
    kind: FieldType,
    value: object,
    other: object,
    typed: dict[str, str],
    cast: Cast,
    client: Client,
) -> None:
    field = field_of(cast, kind)
    with_value(cast, field, value, "Wanted")
    with_value(cast, field, other, "Other")
    asked = {f"field__value{part}": text for part, text in typed.items()}
    assert listed(client, field=field.pk) == {"Wanted", "Other"}
    assert listed(client, field=field.pk, **asked) == {"Wanted"}


def test_it_offers_the_values_of_an_enum(cast: Cast, client: Client) -> None:
    field = field_of(cast, FieldType.ENUM)
    red, blue = (EnumValueFactory(field=field, value=one) for one in ("red", "blue"))
    foreign = EnumValueFactory(
        field=AssetFieldFactory(organisation=cast.other, type=FieldType.ENUM)
    )
    with_value(cast, field, "red", "Wanted")
    with_value(cast, field, "blue", "Other")
    offered = dict(field_filter(client, field=field.pk).fields["field__value"].choices)
    assert offered == {"": "—", str(red.pk): "red", str(blue.pk): "blue"}
    assert listed(client, field=field.pk, field__value=red.pk) == {"Wanted"}
    for key in (foreign.pk, ABSENT):
        assert listed(client, field=field.pk, field__value=key) == set()


def test_it_says_what_is_no_value_and_finds_nothing(cast: Cast, client: Client) -> None:
    field = field_of(cast, FieldType.INTEGER)
    with_value(cast, field, 7, "Wagon")
    for wrong in ("x", "9" * 30):
        assert listed(client, field=field.pk, field__value=wrong) == set()
        form = field_filter(client, field=field.pk, field__value=wrong)
        assert form.errors.keys() == {"field__value"}


def test_it_takes_foreign_fields_for_missing_ones(cast: Cast, client: Client) -> None:
    make_asset(cast.organisation)
    theirs = AssetFieldFactory(organisation=cast.other)
    for key in (theirs.pk, ABSENT, "x", "9" * 30):
        asked = {"field": key, "field__value": "red"}
        assert listed(client, **asked) == set()
        form = field_filter(client, **asked)
        assert dict(form.errors) == {"field": ["There is no such field."]}
        assert theirs.name not in str(form)


def test_it_offers_the_fields_of_the_chosen_organisation(cast: Cast) -> None:
    own, theirs = field_of(cast), AssetFieldFactory(organisation=cast.other)
    operator = as_staff(cast.outsider, is_superuser=True)
    form = field_filter(operator)
    assert own.name not in str(form)
    assert "Choose an organisation" in str(form.fields["field"].help_text)
    form = field_filter(operator, organisation__id__exact=cast.organisation.pk)
    assert own.name in str(form)
    assert theirs.name not in str(form)


def test_it_narrows_by_where_things_are(cast: Cast, client: Client) -> None:
    own, its = (LocationFactory(organisation=cast.organisation) for _ in range(2))
    make_asset(cast.organisation, name="Alone", location_id=own.pk)
    coupled = make_asset(cast.organisation, name="Coupled", location_id=own.pk)
    loose = make_asset(cast.organisation, name="Loose", location_id=own.pk)
    train = make_asset(cast.organisation, name="Train", location_id=its.pk)
    nowhere = make_asset(cast.organisation, name="Nowhere")
    rows = AssetGroup.objects
    rows.filter(pk=coupled.pk).update(governed_by=train)
    rows.filter(pk=loose.pk).update(governed_by=nowhere)
    assert listed(client, location__id__exact=own.pk) == {"Alone", "Loose"}
    assert listed(client, location__id__exact=its.pk) == {"Coupled", "Train"}


def test_it_narrows_by_whether_things_are_in_service(
    cast: Cast, client: Client
) -> None:
    idle = AssetStatusFactory(organisation=cast.organisation, active=False)
    busy = AssetStatusFactory(organisation=cast.organisation)
    make_asset(cast.organisation, name="Plain")
    make_asset(cast.organisation, name="Busy", status_id=busy.pk)
    make_asset(cast.organisation, name="Idle", status_id=idle.pk)
    make_asset(cast.organisation, name="Off", active=False)
    assert listed(client, in_service="yes") == {"Plain", "Busy"}
    assert listed(client, in_service="no") == {"Idle", "Off"}


SEARCHED: list[tuple[FieldType, object, str]] = [
    (FieldType.TEXT, "R-17 b", "R-17 b"),
    (FieldType.INTEGER, 4711, "4711"),
    (FieldType.DECIMAL, 0.25, "0.25"),
    (FieldType.DATE, "2026-11-22", "2026-11-22"),
    (FieldType.ENUM, "Deep red", "deep RED"),
]


@pytest.mark.parametrize(("kind", "value", "term"), SEARCHED)
def test_it_finds_by_the_value_of_a_field(
    kind: FieldType, value: object, term: str, cast: Cast, client: Client
) -> None:
    field = field_of(cast, kind)
    theirs = AssetFieldFactory(organisation=cast.other, type=kind)
    for one in (field, theirs):
        if kind is FieldType.ENUM:
            EnumValueFactory(field=one, value=value)
    with_value(cast, field, value, "Wanted")
    with_value(cast, theirs, value, "Theirs")
    make_asset(cast.organisation, name="Other")
    assert listed(client, q=term) == {"Wanted"}
    assert listed(client, q=f"{term} x") == set()


def test_it_says_when_values_are_not_all_looked_up(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = field_of(cast)
    for name in ("One", "Two"):
        with_value(cast, field, "red", name)
    monkeypatch.setattr(value_search, "MOST_FOUND", 1)
    answer = client.get(page(Asset, "changelist"), {"q": "red"})
    assert len(answer.context["cl"].result_list) == 1
    assert "More than 1 rows have this value" in answer.content.decode()
    monkeypatch.setattr(value_search, "MOST_FIELDS", 0)
    answer = client.get(page(Asset, "changelist"), {"q": "red"})
    assert not answer.context["cl"].result_list
    assert "are searched for in one organisation" in answer.content.decode()


@pytest.mark.parametrize("term", ["SER-é4", "ser-É", "inv-9"])
def test_it_finds_devices_by_their_numbers(
    term: str, cast: Cast, client: Client
) -> None:
    wanted = {"serial_number": "SER-É42", "inventory_number": "INV-99"}
    for organisation, name in ((cast.organisation, "notebook"), (cast.other, "theirs")):
        device = make_device(organisation, **wanted)
        called = AssetGroup.objects.filter(pk=device.pk)
        called.update(name=name, normalised_name=name)
    assert listed(client, q=term) == {"notebook"}
    assert listed(client, q=term[1:]) == set()


def test_it_finds_groups_by_values_too(cast: Cast, client: Client) -> None:
    group: Any = CASES[AssetGroup].make(cast.organisation)
    field = field_of(cast)
    AssetGroup.objects.filter(pk=group.pk).update(fields={field.key: "red"})
    assert listed(client, AssetGroup, q="red") == {group.name}
    asked = {"field": field.pk, "field__value": "red", "in_service": "yes"}
    assert listed(client, AssetGroup, **asked) == {group.name}


def test_it_costs_the_same_for_2_and_50_rows(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    field = field_of(cast)
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[field])
    depot = LocationFactory(organisation=cast.organisation)
    asked = {"q": "red", "field": field.pk, "field__value": "red", "in_service": "yes"}
    counts = []
    for count in (2, 48):
        for _ in range(count):
            make_asset(
                cast.organisation,
                type_id=kind.pk,
                location_id=depot.pk,
                fields={str(field.pk): "red"},
            )
        with django_assert_max_num_queries(40) as captured:
            client.get(
                page(Asset, "changelist"), {**asked, "location__id__exact": depot.pk}
            )
        counts.append(len(captured))
    assert counts[0] == counts[1]
