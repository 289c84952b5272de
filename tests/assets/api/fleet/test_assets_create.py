"""Create Asset: contract row 26."""

from typing import Any

import pytest
from django.db.models import Model
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, AssetType, AssetTypeZone, FieldType
from organisations.models import Change, Prefix
from tests.assets.api.fleet.calls import (
    LARGEST,
    NO_IDS,
    NONE,
    UNKNOWN,
    Answer,
    refusal,
    said,
)
from tests.assets.api.fleet.shapes import asset_shape, location_shape
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    PrefixFactory,
    SubLocationFactory,
)

# The refusal of each reference that is none of the organisation's.
REFERENCES = {
    "type_id": "asset_type_required",
    "fleet_id": "fleet_invalid",
    "status_id": "status_invalid",
    "location_id": "location_invalid",
    "sub_location_id": "sub_location_invalid",
    "prefix_id": "prefix_invalid",
}
NO_NUMBERS: tuple[Any, ...] = (0, -1, True, 1.5, 1.0, "1", "", [], {}, 2**63, 10**30)


@pytest.fixture
def kind(cast: Cast) -> AssetType:
    """Return a type without fields."""
    return AssetTypeFactory(organisation=cast.organisation)


def create(client: APIClient, cast: Cast, kind: AssetType, **body: Any) -> Answer:
    """Ask for an asset of the type."""
    path = f"{cast.path}/assets"
    return client.post(path, {"type_id": str(kind.pk), **body})


def test_it_creates_an_asset_of_a_type(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    response = create(manager, cast, kind)

    asset = AssetGroup.objects.get()
    assert response.status_code == 201
    assert response.json() == asset_shape(asset)
    assert (asset.name, asset.number, asset.ephemerality) == ("new asset", 1, 0)
    assert response.json()["formatted_number"] == "1"
    assert response.json()["prefix_id"] == str(cast.organisation.default_prefix_id)


def test_it_embeds_all_that_describes_the_asset(cast: Cast, manager: APIClient) -> None:
    own = {"organisation": cast.organisation}
    colour = AssetFieldFactory(**own, name="colour", type=FieldType.ENUM)
    red = EnumValueFactory(field=colour, value="red", updated_by=cast.owner)
    EnumValueFactory(field=colour, value="blue")
    power = AssetFieldFactory(
        **own, name="power", type=FieldType.DECIMAL, units="kW", is_result=True
    )
    run = AssetFieldFactory(**own, name="run", type=FieldType.DURATION)
    kind = AssetTypeFactory(
        **own,
        fleet=FleetFactory(**own),
        prefix=PrefixFactory(**own, number_format="LOC-{n}", number_digits=4),
        with_fields=[power, colour, run],
    )
    AssetTypeZone.objects.create(type=kind, zone=AssetZoneFactory(**own, code="B1"))
    yard = LocationFactory(
        **own, code="HKI", colour="#1d4ed8", latitude=60.17, longitude=24.94, radius=400
    )
    track = SubLocationFactory(location=yard, code="T7", asset_capacity=5)
    SubLocationFactory(location=yard, enabled=False)
    status = AssetStatusFactory(**own, active=False)

    response = create(
        manager,
        cast,
        kind,
        name="Sr2 3236",
        description="Built 1998\nin Winterthur",
        fleet_id=str(kind.fleet_id),
        status_id=str(status.pk),
        location_id=str(yard.pk),
        sub_location_id=str(track.pk),
        prefix_id=str(kind.prefix_id),
        number=3236,
        active=True,
        fields={str(power.pk): 6000, "colour": "red", "RUN": {"value": 60}},
    )

    asset = AssetGroup.objects.get()
    assert response.status_code == 201
    assert response.json() == asset_shape(
        asset,
        fields={
            str(colour.pk): {
                "value": "red",
                "units": None,
                "enum_value_id": str(red.pk),
            },
            str(power.pk): {"value": 6000, "units": "kW"},
            str(run.pk): {"value": 60, "units": "s"},
        },
        in_service=False,
    )
    assert response.json()["formatted_number"] == "LOC-3236"
    assert response.json()["location"] == location_shape(yard)
    assert [zone["code"] for zone in response.json()["type"]["zones"]] == ["B1"]


def test_it_tells_whether_the_asset_is_in_service(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    own = {"organisation": cast.organisation}
    on, off = (AssetStatusFactory(**own, active=active) for active in (True, False))

    def in_service(status: Model | None, active: bool) -> bool:
        status_id = str(status.pk) if status else None
        response = create(manager, cast, kind, status_id=status_id, active=active)
        return bool(response.json()["in_service"])

    assert in_service(None, active=True)
    assert in_service(on, active=True)
    assert not in_service(off, active=True)
    assert not in_service(on, active=False)
    assert not in_service(None, active=False)


# References.


@pytest.mark.parametrize("spell", [str, int, lambda pk: f"0{pk}"])
def test_it_takes_ids_as_strings_and_integers(
    cast: Cast, manager: APIClient, own_ids: dict[str, int], spell: Any
) -> None:
    body = {key: spell(pk) for key, pk in own_ids.items()}

    response = manager.post(f"{cast.path}/assets", body)

    assert response.status_code == 201
    asset = AssetGroup.objects.get()
    assert {key: getattr(asset, key) for key in own_ids} == own_ids


@pytest.mark.parametrize("none", NONE)
def test_it_reads_the_spellings_of_none(
    cast: Cast, manager: APIClient, own_ids: dict[str, int], none: object
) -> None:
    body = dict.fromkeys(own_ids, none) | {"type_id": own_ids["type_id"]}

    response = manager.post(f"{cast.path}/assets", body)

    assert response.json() == asset_shape(AssetGroup.objects.get())
    assert response.json()["status"] is None


@pytest.mark.parametrize(("key", "code"), REFERENCES.items())
def test_it_refuses_what_is_no_id(
    cast: Cast, manager: APIClient, kind: AssetType, key: str, code: str
) -> None:
    for value in NO_IDS:
        answer = said(create(manager, cast, kind, **{key: value}))
        assert answer == refusal(code, key), value
    assert not AssetGroup.objects.exists()


@pytest.mark.parametrize(("key", "code"), REFERENCES.items())
def test_it_tells_foreign_ids_from_unknown_ones_in_no_way(
    cast: Cast,
    manager: APIClient,
    kind: AssetType,
    own_ids: dict[str, int],
    foreign_ids: dict[str, int],
    key: str,
    code: str,
) -> None:
    foreign = foreign_ids[key]
    body = {"location_id": own_ids["location_id"]} if key == "sub_location_id" else {}

    answers = [
        create(manager, cast, kind, **{**body, key: str(pk)})
        for pk in (foreign, UNKNOWN, LARGEST)
    ]

    assert {said(answer) for answer in answers} == {refusal(code, key)}
    messages = {
        answer.json()["message"].replace(str(pk), "")
        for answer, pk in zip(answers, (foreign, UNKNOWN, LARGEST), strict=True)
    }
    assert len(messages) == 1


@pytest.mark.parametrize("none", NONE)
def test_it_needs_a_type(cast: Cast, manager: APIClient, none: object) -> None:
    expected = refusal("asset_type_required", "type_id")

    assert said(manager.post(f"{cast.path}/assets", {"type_id": none})) == expected
    assert said(manager.post(f"{cast.path}/assets", {})) == expected


@pytest.mark.parametrize("other", [Ephemerality.PERMANENT, Ephemerality.EQUIPMENT])
def test_it_needs_a_type_of_single_assets(
    cast: Cast, manager: APIClient, other: Ephemerality
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation, ephemerality=other)

    answer = said(create(manager, cast, kind))

    assert answer == refusal("asset_type_required", "type_id")


# Where it stands.


def test_it_refuses_a_part_of_another_location(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    here, there = (LocationFactory(organisation=cast.organisation) for _ in range(2))
    part = SubLocationFactory(location=there)

    for location in (str(here.pk), None):
        response = create(
            manager, cast, kind, location_id=location, sub_location_id=str(part.pk)
        )
        assert said(response) == refusal("sub_location_invalid", "sub_location_id")


def test_it_refuses_a_full_part(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    yard = LocationFactory(organisation=cast.organisation)
    part = SubLocationFactory(location=yard, asset_capacity=1)
    body = {"location_id": str(yard.pk), "sub_location_id": str(part.pk)}

    answers = [create(manager, cast, kind, **body) for _ in range(2)]

    assert answers[0].status_code == 201
    assert said(answers[1]) == refusal("location_invalid", "sub_location_id")


def test_it_refuses_a_part_for_no_assets(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    yard = LocationFactory(organisation=cast.organisation)
    part = SubLocationFactory(location=yard, asset_capacity=0)
    body = {"location_id": str(yard.pk), "sub_location_id": str(part.pk)}

    answer = said(create(manager, cast, kind, **body))

    assert answer == refusal("location_invalid", "sub_location_id")


# Its number.


def test_it_numbers_through_the_prefix_of_the_type(
    cast: Cast, manager: APIClient
) -> None:
    prefix = PrefixFactory(
        organisation=cast.organisation, number_format="LOC-{n}/x", number_digits=4
    )
    kind = AssetTypeFactory(organisation=cast.organisation, prefix=prefix)

    made = [
        create(manager, cast, kind, prefix_id=given).json()["formatted_number"]
        for given in (None, 0, str(prefix.pk))
    ]

    assert made == ["LOC-0001/x", "LOC-0002/x", "LOC-0003/x"]
    prefix.refresh_from_db()
    assert prefix.last_number == 3


def test_it_numbers_through_another_prefix_when_the_type_has_none(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    prefix = PrefixFactory(organisation=cast.organisation, number_format="W{n}")

    made = create(manager, cast, kind, prefix_id=str(prefix.pk)).json()

    assert (made["formatted_number"], made["prefix_id"]) == ("W0001", str(prefix.pk))
    assert create(manager, cast, kind).json()["formatted_number"] == "1"


def test_it_refuses_another_prefix_than_the_types(
    cast: Cast, manager: APIClient
) -> None:
    own = {"organisation": cast.organisation}
    kind = AssetTypeFactory(**own, prefix=PrefixFactory(**own))
    foreign = PrefixFactory(organisation=cast.other)

    for prefix in (PrefixFactory(**own).pk, foreign.pk, UNKNOWN):
        answer = said(create(manager, cast, kind, prefix_id=str(prefix)))
        assert answer == refusal("prefix_type_mismatch", "prefix_id")


def test_it_refuses_a_prefix_that_is_off(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    off = PrefixFactory(organisation=cast.organisation, enabled=False)
    dead = AssetTypeFactory(organisation=cast.organisation, prefix=off)
    expected = refusal("prefix_invalid", "prefix_id")

    assert said(create(manager, cast, kind, prefix_id=str(off.pk))) == expected
    assert said(create(manager, cast, dead)) == expected
    assert said(create(manager, cast, dead, prefix_id=str(off.pk))) == expected
    Prefix.objects.update(enabled=False)
    assert said(create(manager, cast, kind)) == expected


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_it_refuses_numbers_that_are_none(
    cast: Cast, manager: APIClient, kind: AssetType, number: object
) -> None:
    answer = said(create(manager, cast, kind, number=number))

    assert answer == refusal("invalid_body", "number")


def test_it_takes_a_number_without_moving_the_series(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    numbers = [
        create(manager, cast, kind, number=given).json()["number"]
        for given in (999_999, None, 2, 3, LARGEST, None)
    ]

    assert numbers == [999_999, 1, 2, 3, LARGEST, 4]


def test_it_refuses_a_number_in_use(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    other = PrefixFactory(organisation=cast.organisation)
    expected = refusal("number_in_use", "number")

    assert create(manager, cast, kind, number=7).status_code == 201
    assert said(create(manager, cast, kind, number=7)) == expected
    elsewhere = create(manager, cast, kind, number=7, prefix_id=str(other.pk))
    assert elsewhere.status_code == 201


def test_it_repeats_numbers_of_a_prefix_that_allows_it(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    prefix = PrefixFactory(organisation=cast.organisation, unique_number=False)
    body = {"prefix_id": str(prefix.pk), "number": 7}

    answers = [create(manager, cast, kind, **body).status_code for _ in range(2)]

    assert answers == [201, 201]


def test_it_says_so_when_the_series_has_ended(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    Prefix.objects.update(last_number=LARGEST - 1)

    assert create(manager, cast, kind).json()["number"] == LARGEST
    assert said(create(manager, cast, kind)).code == "prefix_invalid"


def test_it_says_so_when_the_last_number_was_given_out_by_hand(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    Prefix.objects.update(last_number=LARGEST - 1)
    create(manager, cast, kind, number=LARGEST)

    assert said(create(manager, cast, kind)).code == "prefix_invalid"


def test_it_leaves_no_gap_when_refused(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    assert create(manager, cast, kind, name="x").status_code == 400
    assert create(manager, cast, kind, subscription_id=UNKNOWN).status_code == 429

    assert create(manager, cast, kind).json()["number"] == 1


# Custom fields.


def test_it_applies_defaults(cast: Cast, manager: APIClient) -> None:
    own = {"organisation": cast.organisation}
    axles = AssetFieldFactory(
        **own, name="axles", type=FieldType.INTEGER, default_value=4, required=True
    )
    note = AssetFieldFactory(**own, name="note", default_value="none yet")
    colour = AssetFieldFactory(**own, name="colour", type=FieldType.ENUM)
    red = EnumValueFactory(field=colour, value="red")
    colour.default_value = str(red.pk)
    colour.save()
    kind = AssetTypeFactory(**own, with_fields=[axles, note, colour])

    made = create(manager, cast, kind, fields={"note": "given", "axles": None}).json()

    assert made["fields"] == {
        str(axles.pk): {"value": 4, "units": None},
        str(note.pk): {"value": "given", "units": None},
        str(colour.pk): {
            "value": "red",
            "units": None,
            "enum_value_id": str(red.pk),
        },
    }


def test_it_names_every_required_field_that_is_missing(
    cast: Cast, manager: APIClient
) -> None:
    own = {"organisation": cast.organisation, "required": True}
    fields = [
        AssetFieldFactory(**own, name=name) for name in ("axles", "power", "note")
    ]
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=fields)
    expected = refusal("field_required", *(f"fields.{one.pk}" for one in fields[:2]))

    for none in ({}, {"axles": None}, {"axles": {"value": None}, "power": None}):
        answer = said(create(manager, cast, kind, fields={"note": "x", **none}))
        assert answer == expected


def test_it_names_every_field_at_fault(cast: Cast, manager: APIClient) -> None:
    own = {"organisation": cast.organisation}
    axles = AssetFieldFactory(**own, name="axles", type=FieldType.INTEGER, units="no")
    power = AssetFieldFactory(**own, name="power", type=FieldType.DECIMAL)
    kind = AssetTypeFactory(**own, with_fields=[axles, power])

    values = {"power": "fast", "axles": {"value": 4, "units": "kg"}}
    by_name = said(create(manager, cast, kind, fields=values))
    by_id = said(create(manager, cast, kind, fields={str(power.pk): "fast"}))

    expected = refusal("invalid_field_value", "fields.power", "fields.axles")
    assert by_name == expected
    assert by_id == refusal("invalid_field_value", f"fields.{power.pk}")


def test_it_refuses_fields_that_the_type_has_not(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    own, foreign = (
        AssetFieldFactory(organisation=one, name="axles")
        for one in (cast.organisation, cast.other)
    )

    for key in (str(own.pk), "axles", str(foreign.pk), str(UNKNOWN), "9" * 30, "", " "):
        answer = said(create(manager, cast, kind, fields={key: "4", "also": None}))
        assert answer == refusal("field_unknown", f"fields.{key}", "fields.also")


def test_it_refuses_to_name_a_field_twice(cast: Cast, manager: APIClient) -> None:
    axles = AssetFieldFactory(organisation=cast.organisation, name="Axles")
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[axles])

    for second in ("axles", "AXLES", " Axles "):
        answer = said(
            create(manager, cast, kind, fields={str(axles.pk): "4", second: "4"})
        )
        assert answer == refusal("invalid_body", f"fields.{second}")


@pytest.mark.parametrize("fields", [[], [1], "text", 5, True])
def test_it_refuses_fields_that_are_no_object(
    cast: Cast, manager: APIClient, kind: AssetType, fields: object
) -> None:
    answer = said(create(manager, cast, kind, fields=fields))

    assert answer == refusal("invalid_body", "fields")


# The rest of the body, and what is left behind.


def test_it_names_every_key_at_fault(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    body = {"name": None, "description": 5, "active": "true"}

    answer = said(create(manager, cast, kind, **body))

    assert answer == refusal("invalid_body", *body)


@pytest.mark.parametrize("flag", [None, "true", 1, 0, []])
def test_it_refuses_flags_that_are_none(
    cast: Cast, manager: APIClient, kind: AssetType, flag: object
) -> None:
    answer = said(create(manager, cast, kind, active=flag))

    assert answer == refusal("invalid_body", "active")


def test_it_ignores_keys_it_does_not_know(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    body = {"id": "9", "organisation_id": "9", "ephemerality": 1, "position": 9}
    body |= {"formatted_number": "x", "created_at": "x", "type": {"id": "9"}}

    made = create(manager, cast, kind, **body).json()

    assert made == asset_shape(AssetGroup.objects.get())


def test_it_leaves_one_row_of_history(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    before = Change.objects.count()

    made = create(manager, cast, kind, name="Sr2 3236", description="").json()

    change = Change.objects.filter(model="assetgroup").get()
    assert Change.objects.count() == before + 1
    assert (str(change.object_id), change.action, change.field) == (
        made["id"],
        "created",
        "",
    )
    assert (change.old, change.new) == (
        None,
        {
            "organisation_id": str(cast.organisation.pk),
            "ephemerality": 0,
            "type_id": str(kind.pk),
            "name": "Sr2 3236",
            "active": True,
            "prefix_id": made["prefix_id"],
            "number": 1,
            "formatted_number": "1",
        },
    )


def test_it_leaves_nothing_when_refused(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    make_asset(cast.organisation, type_id=kind.pk, number=5)
    before = Change.objects.count()

    create(manager, cast, kind, number=5)

    assert (AssetGroup.objects.count(), Change.objects.count()) == (1, before)
