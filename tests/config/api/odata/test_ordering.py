"""Lists in the order that was asked for, nulls last either way."""

from typing import Any

import pytest
from django.db.models import Count, F

from assets.models import Asset, AssetStatus, GroupMember
from config.api.errors import Refusal
from config.api.odata.ordering import own_order, read_order
from config.api.odata.properties import Allowed, Kind, Property
from organisations.models import Change
from tests.config.api.odata.register import Register

ORDERS = {
    "id": "abcd",
    "Id desc": "dcba",
    "name": "abcd",
    "name desc": "dcba",
    "number desc": "dcba",
    "formatted_number": "abcd",
    "description": "cdba",
    "description desc,number desc": "abdc",
    "active,number desc": "bdca",
    "active desc": "acdb",
    "created_at": "dbca",
    "CreatedAt desc": "acbd",
    "status_id": "abcd",
    "status/name": "abcd",
    "status/name desc": "bacd",
    "Status/Name desc, Number desc": "badc",
    "status/active": "bacd",
    "status/active desc": "abcd",
    "type/name,number desc": "dcba",
    "fleet/code,name desc": "adcb",
    "location/code": "adcb",
    "location/code desc": "cadb",
    "location/name desc,number desc": "cdab",
    "location_id,number desc": "dacb",
    "sub_location_id desc": "cabd",
    "position,id desc": "dcba",
    # What follows the id changes nothing.
    "id desc,name": "dcba",
    "fields/Text": "abcd",
    "fields/text desc": "bacd",
    "fields/Int": "badc",
    "fields/Int desc": "dabc",
    "fields/Dec desc": "dbac",
    "fields/Dec/value": "abdc",
    "fields/Flag": "bacd",
    "fields/Flag desc": "abcd",
    "fields/Day": "dbac",
    "fields/Day desc": "abdc",
    "fields/Moment": "badc",
    "fields/Moment desc": "dabc",
    "fields/Colour": "abcd",
    "fields/Colour desc": "bacd",
    "fields/'Run time'": "bacd",
    "fields/'Run time' desc,number desc": "abdc",
    "fields/Page": "abcd",
}


def test_it_sorts(register: Register) -> None:
    assert {text: sorted_by(register, text) for text in ORDERS} == ORDERS


def sorted_by(register: Register, text: str) -> str:
    """Return the letters of the assets in an order."""
    keys = read_order(text, register.allowed, Asset)
    assert keys is not None
    assets = Asset.objects.present().of(register.cast.organisation)
    return register.letters(assets.order_by(*(key.order() for key in keys)))


REFUSED = {
    "password": 1,
    "type__name": 1,
    "organisation_id": 1,
    "fields": 1,
    "fields/Nope": 1,
    "name,": 1,
    ",name": 1,
    "name up": 6,
    "name asc desc": 1,
    "name;": 5,
    "asc": 1,
    "tolower(name)": 1,
    "name eq 'x'": 1,
    "'x'": 1,
    "1": 1,
    "id,id,id,id,id,name": 16,
    "name asc,number down": 17,
    "\ud800": 1,
}


@pytest.mark.parametrize("text", REFUSED)
def test_it_refuses_and_names_the_position(register: Register, text: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_order(text, register.allowed, Asset)
    assert caught.value.code == "odata_error"
    [sentence] = caught.value.errors["$orderby"]
    assert sentence.endswith(f"(at character {REFUSED[text]})")


def test_it_reads_nothing_as_no_order(db: None) -> None:
    assert read_order(" ", Allowed(), Asset) is None


def test_it_sorts_a_column_without_nulls_so_that_an_index_can() -> None:
    allowed = Allowed(
        {"name": Property(Kind.TEXT, "name", nullable=False)},
        orders={"name": "normalised_name"},
    )
    keys = read_order("name desc", allowed, Asset) or ()
    assert [key.order() for key in keys] == ["-normalised_name", "id"]


@pytest.mark.parametrize(
    ("queryset", "expected"),
    [
        (Asset.objects.all(), ["id"]),
        (Asset.objects.order_by("-id"), ["-id"]),
        (
            Asset.objects.order_by("-number", "created_at"),
            ["-number", "created_at", "id"],
        ),
        (Change.objects.order_by("-id"), ["-id"]),
        (AssetStatus.objects.order_by("organisation_id"), ["organisation_id", "id"]),
        # What cannot be repeated as a condition.
        (GroupMember.objects.order_by("group", "position"), None),
        (Asset.objects.order_by(F("name").desc()), None),
        (Asset.objects.order_by("?"), None),
        (Asset.objects.alias(n=Count("memberships")).order_by("n"), None),
    ],
)
def test_it_tells_the_order_that_a_list_has_by_itself(
    queryset: Any, expected: list[str] | None
) -> None:
    keys = own_order(queryset)
    assert (keys and [key.order() for key in keys]) == expected
