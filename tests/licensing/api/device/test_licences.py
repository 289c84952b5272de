"""POST, GET and DELETE of licences: parts, suppliers and seats, all or nothing."""

from datetime import UTC, datetime
from typing import Any

from config.api.snowflake import serial_of
from licensing.models import Licence, Reference
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import make_assets
from tests.factories.licensing import make_licence, make_seat
from tests.factories.organisations import LocationFactory

PATH = "/api/SoftwareLicence"
UNSET: dict[str, Any] = {
    "type": 0,
    "count": 0,
    "site_id": 0,
    "site_name": "",
    "tenant_id": "",
    "tenant_name": "",
    "manufacturer": "",
    "vendor": "",
    "distributor": "",
    "supplier_id": 0,
    "supplier_name": "",
    "product_sku": "",
    "vendor_product_sku": "",
    "third_party_product": "",
    "purchase_price": 0,
    "price": 0,
    "monthly_price": 0,
    "monthly_cost": 0,
    "billing_cycle": "",
    "term_duration": "",
    "autorenew": False,
    "start_date": None,
    "end_date": None,
    "requested_quantity": 0,
    "requested_quantity_date": None,
    "parent_id": 0,
    "status": "",
    "is_active": True,
    "deleted": False,
    "notes": "",
    "licences_in_use": 0,
    "licences_in_use_user": 0,
    "licences_available": 0,
    "device_count": 0,
}


def shown(row: Licence, **values: Any) -> dict[str, Any]:
    """Return a licence as one object shows it."""
    client = {
        "client_id": serial_of(row.organisation_id),
        "client_name": row.organisation.name,
    }
    key = serial_of(row.pk)
    return {"id": key, "name": row.name, **client, **UNSET, "key": key, **values}


def seats(row: Licence) -> tuple[int, int]:
    """Return how many seats are counted as taken, and how many there are rows of."""
    row.refresh_from_db()
    return row.assets_in_use, row.allocations.count()


def test_it_makes_a_licence_with_all_its_parts(cast: Cast) -> None:
    site = LocationFactory(organisation=cast.organisation, name="Turku")
    parent = make_licence(cast.organisation, name="Suite")
    asset = make_assets(cast.organisation)[0]
    plain = {
        "type": 3,
        "name": "Words",
        "count": 5,
        "tenant_id": "t-1",
        "tenant_name": "Tenant",
        "manufacturer": "M",
        "vendor": "V",
        "distributor": "D",
        "product_sku": "P",
        "vendor_product_sku": "VP",
        "third_party_product": "TP",
        "purchase_price": 100.5,
        "price": 12.25,
        "monthly_price": 1.5,
        "monthly_cost": -1,
        "billing_cycle": "Monthly",
        "term_duration": "P1Y",
        "autorenew": True,
        "start_date": "2026-01-29T20:00:00Z",
        "end_date": "2027-01-29T00:00:00Z",
        "requested_quantity": 7,
        "requested_quantity_date": "2026-02-01T00:00:00Z",
        "status": "ordered",
        "is_active": False,
        "notes": "two\nlines",
    }
    body = {
        **plain,
        "price": "12.25",
        "end_date": "2027-01-29",
        "client_id": str(serial_of(cast.organisation.pk)),
        "site_name": "Turku",
        "supplier_id": 88,
        "supplier_name": "Ratatosk IT",
        "parent_id": serial_of(parent.pk),
        "deleted": True,
        "licences_in_use": 4,
        "licence_roles": [{"name": "admin", "note": "few"}, {"name": "user"}],
        "licence_match": [{"text": "Writer", "type": "2"}],
        "add_configuration_items": [{"id": str(serial_of(asset.pk))}],
        "unknown_member": 1,
    }

    response = cast.client("owner").post(PATH, [body])

    row = Licence.objects.get(name="Words")
    key = serial_of(row.pk)
    expected = shown(
        row,
        **plain,
        site_id=serial_of(site.pk),
        site_name="Turku",
        supplier_id=88,
        supplier_name="Ratatosk IT",
        parent_id=serial_of(parent.pk),
        licences_in_use=1,
        licences_available=4,
        device_count=1,
    )
    assert (response.status_code, response.json()) == (200, expected)
    one = cast.client("member").get(f"{PATH}/{key}").json()
    assert one == expected
    more = cast.client("member").get(f"{PATH}/{key}?includedetails=true").json()
    admin, user = row.roles.order_by("id")
    (match,) = row.matches.all()
    roles = [
        {
            "id": serial_of(role.pk),
            "softwarelicence_id": key,
            "name": name,
            "note": note,
        }
        for role, name, note in ((admin, "admin", "few"), (user, "user", ""))
    ]
    assert more["licence_roles"] == roles
    assert more["licence_match"] == [
        {"id": serial_of(match.pk), "licence_id": key, "type": 2, "text": "Writer"}
    ]
    listed = cast.client("member").get("/api/SoftwareLicenceRole").json()
    assert listed == [roles[0], {k: v for k, v in roles[1].items() if v != ""}]


def test_it_leaves_out_of_lists_what_is_unset(cast: Cast) -> None:
    row = make_licence(cast.organisation)

    response = cast.client("member").get(PATH)

    expected = shown(row, count=10, licences_available=10)
    assert response.json() == {
        "record_count": 1,
        "licences": [{k: v for k, v in expected.items() if v not in ("", None)}],
    }


def test_it_changes_what_is_sent_and_keeps_the_rest(cast: Cast) -> None:
    client = cast.client("owner")
    row = make_licence(cast.organisation, vendor="V", status="ordered")
    key = serial_of(row.pk)
    first = {
        "id": key,
        "supplier_name": "Ratatosk IT",
        "licence_roles": [{"name": "user", "note": "many"}],
        "licence_match": [{"text": "Writer"}],
    }
    assert client.post(PATH, first).json()["supplier_id"] == 1
    role, match = row.roles.get(), row.matches.get()

    response = client.post(
        PATH,
        {
            "id": str(key),
            "status": "",
            "supplier_name": "ratatosk it",
            "licence_roles": [
                {"id": serial_of(role.pk), "note": "few"},
                {"name": "user"},
            ],
            "licence_match": [{"id": serial_of(match.pk), "type": 4}],
        },
    )

    row.refresh_from_db()
    assert response.json() == shown(
        row,
        vendor="V",
        count=10,
        licences_available=10,
        supplier_id=1,
        supplier_name="Ratatosk IT",
    )
    assert list(row.roles.values_list("pk", "name", "note")) == [
        (role.pk, "user", "few")
    ]
    assert list(row.matches.values_list("pk", "type", "text")) == [
        (match.pk, 4, "Writer")
    ]
    assert client.post(PATH, {"id": key, "supplier_id": 0}).json()["supplier_id"] == 0
    assert Reference.objects.of(cast.organisation).count() == 1
    lines = Change.objects.filter(model="licence", object_id=row.pk)
    fields = list(lines.order_by("id").values_list("field", flat=True))
    assert fields == ["", "supplier_id", "status", "supplier_id"]


def test_it_takes_back_what_it_has_shown(cast: Cast) -> None:
    client = cast.client("owner")
    site = LocationFactory(organisation=cast.organisation)
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    row = make_licence(cast.organisation, location=site, price=0.5, end_date=ends)
    row.refresh_from_db()
    first = {
        "id": serial_of(row.pk),
        "supplier_id": 5,
        "licence_roles": [{"name": "user"}],
        "licence_match": [{"text": "Writer"}],
    }
    client.post(PATH, first)
    make_seat(row, make_assets(cast.organisation)[0])
    path = f"{PATH}/{serial_of(row.pk)}?includedetails=true"
    seen = client.get(path).json()
    lines = Change.objects.count()

    response = client.post(PATH, [seen])

    assert response.status_code == 200
    assert client.get(path).json() == seen
    assert seen.items() >= response.json().items()
    assert Change.objects.count() == lines
    assert client.post(PATH, {"id": serial_of(row.pk), "price": 0}).json()["price"] == 0
    assert Licence.objects.filter(pk=row.pk, price=0, monthly_price=None).exists()


def test_it_gives_seats_or_changes_nothing(cast: Cast) -> None:
    client = cast.client("owner")
    row = make_licence(cast.organisation, count=2)
    assets = [{"id": serial_of(one.pk)} for one in make_assets(cast.organisation, 3)]
    body = {"id": serial_of(row.pk), "add_configuration_items": assets}
    full = ["No licences available."]

    refused = client.post(PATH, {**body, "name": "Renamed"})
    several = client.post(PATH, [{"name": "New", "count": 1}, body])
    assert (refused.status_code, several.status_code) == (400, 400)
    assert refused.json() == {"add_configuration_items": full}
    assert several.json() == {"[1].add_configuration_items": full}
    assert seats(row) == (0, 0)
    assert (row.name, Licence.objects.of(cast.organisation).count()) == (
        "Office suite",
        1,
    )

    for _ in "twice":
        taken = client.post(PATH, {**body, "add_configuration_items": assets[:2]})
        assert taken.json()["licences_available"] == 0
    assert seats(row) == (2, 2)
    fewer = client.post(PATH, {"id": serial_of(row.pk), "count": 1})
    assert (fewer.status_code, fewer.json()) == (400, {"count": ["2 seats are taken."]})


def test_it_deletes_a_licence_and_frees_its_seats(cast: Cast) -> None:
    row = make_licence(cast.organisation)
    asset = make_assets(cast.organisation)[0]
    seat = make_seat(row, asset)
    client = cast.client("owner")
    assert client.get("/api/DeviceLicence").json() == [
        {
            "id": serial_of(seat.pk),
            "device_id": serial_of(asset.pk),
            "licence_id": serial_of(row.pk),
            "device_name": asset.name,
            "licence_name": "Office suite",
        }
    ]

    response = client.delete(f"/softwarelicence/{serial_of(row.pk)}")

    assert (response.status_code, response.json()) == (200, {"id": serial_of(row.pk)})
    assert seats(row) == (0, 0)
    assert client.get("/api/DeviceLicence").json() == []
    (listed,) = client.get(f"{PATH}?includeinactive=true").json()["licences"]
    assert listed["deleted"] is True
