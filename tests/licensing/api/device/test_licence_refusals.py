"""Licences that are refused: bad input, unknown rows, and who may write."""

from typing import Any

from config.api.snowflake import serial_of
from organisations.models import Change, Membership, Role
from organisations.permissions import Permission
from organisations.services.tokens import create_token
from tests.cast import Cast
from tests.factories.assets import make_assets
from tests.factories.licensing import make_licence
from tests.factories.organisations import LocationFactory, OrganisationFactory

PATH = "/api/SoftwareLicence"


def test_it_names_every_error_of_every_element(cast: Cast) -> None:
    own, client = cast.organisation, cast.client("owner")
    OrganisationFactory(owner=cast.owner)
    row = make_licence(own)
    theirs = {
        "site_id": serial_of(LocationFactory(organisation=cast.other).pk),
        "parent_id": serial_of(make_licence(cast.other).pk),
        "asset": serial_of(make_assets(cast.other)[0].pk),
    }
    to = {"client_id": serial_of(own.pk), "name": "Suite"}
    before = Change.objects.count()
    body: list[dict[str, Any]] = [
        to,
        {"count": "many", "price": "1e999", "start_date": "10000-01-01"},
        {**to, "site_id": theirs["site_id"], "parent_id": theirs["parent_id"]},
        {**to, "site_id": 99999, "parent_id": 99999, "client_id": 99999},
        {**to, "add_configuration_items": [{"id": theirs["asset"]}, {"id": 99999}]},
        {**to, "add_configuration_items": [{"id": 0}, 5], "licence_roles": "x"},
        {"id": serial_of(row.pk), "licence_roles": [{"id": 99999}, {"note": "x"}]},
        {**to, "licence_match": [{"type": 1}]},
        {**to, "supplier_id": 2**31, "supplier_name": "a\x07b"},
        {**to, "end_date": "2020-01-01", "start_date": "2021-01-01", "count": -1},
        {**to, "name": "", "notes": {}, "autorenew": "maybe", "status": "x" * 201},
    ]

    response = client.post(PATH, body)

    def invalid(value: object) -> list[str]:
        return [f"The value '{value}' is not valid."]

    def unknown(what: str, serial: int) -> list[str]:
        return [f"{what} {serial} was not found."]

    assert response.status_code == 400
    assert response.json() == {
        "[1].name": ["This field is required."],
        "[1].count": invalid("many"),
        "[1].price": invalid("1e999"),
        "[1].start_date": invalid("10000-01-01"),
        "[1].client_id": ["A client is required."],
        "[2].site_id": unknown("Site", theirs["site_id"]),
        "[2].parent_id": unknown("Licence", theirs["parent_id"]),
        "[3].client_id": unknown("Client", 99999),
        "[3].site_id": unknown("Site", 99999),
        "[3].parent_id": unknown("Licence", 99999),
        "[4].add_configuration_items[0].id": unknown("Asset", theirs["asset"]),
        "[4].add_configuration_items[1].id": unknown("Asset", 99999),
        "[5].add_configuration_items[0].id": ["An asset is required."],
        "[5].add_configuration_items[1]": [
            "Invalid data. Expected a dictionary, but got int."
        ],
        "[5].licence_roles": ['Expected a list of items but got type "str".'],
        "[6].licence_roles": unknown("Role", 99999),
        "[7].licence_match": ["This field cannot be blank."],
        "[8].supplier_id": invalid(2**31),
        "[8].supplier_name": ["Control characters are not allowed."],
        "[9].count": ["Ensure this value is greater than or equal to 0."],
        "[9].end_date": ["It ends before it begins."],
        "[10].name": ["This field is required."],
        "[10].notes": invalid({}),
        "[10].autorenew": invalid("maybe"),
        "[10].status": ["At most 200 characters are taken."],
    }
    assert Change.objects.count() == before


def test_it_keeps_a_licence_with_its_client(cast: Cast) -> None:
    second = OrganisationFactory(owner=cast.owner)
    row = make_licence(cast.organisation)
    own = {"id": serial_of(row.pk), "client_id": serial_of(cast.organisation.pk)}

    same = cast.client("owner").post(PATH, own)
    moved = cast.client("owner").post(PATH, own | {"client_id": serial_of(second.pk)})

    assert same.status_code == 200
    assert (moved.status_code, moved.json()) == (
        400,
        {"client_id": ["It stays with its client."]},
    )


def test_it_knows_no_unknown_foreign_or_deleted_licence(cast: Cast) -> None:
    client = cast.client("owner")
    foreign = make_licence(cast.other)
    gone = make_licence(cast.organisation)
    assert client.delete(f"{PATH}/{serial_of(gone.pk)}").status_code == 200
    for serial in (serial_of(foreign.pk), serial_of(gone.pk), 99999):
        answers = [
            client.get(f"{PATH}/{serial}"),
            client.delete(f"{PATH}/{serial}"),
            client.post(PATH, [{"name": ""}, {"id": serial, "name": "Mine"}]),
        ]
        for answer in answers:
            assert (answer.status_code, answer.json()) == (
                404,
                {
                    "ClassName": "NotFoundException",
                    "Message": f"Licence {serial} was not found.",
                },
            )


def test_it_is_written_by_whom_may_manage_licences(cast: Cast) -> None:
    role = Role.objects.create(
        organisation=cast.organisation,
        name="licence keepers",
        permissions=[Permission.MANAGE_LICENCES],
    )
    client = cast.client("member")
    refused = client.post(PATH, {"name": "Suite"})
    Membership.objects.get(user=cast.member).roles.add(role)

    made = client.post(PATH, {"name": "Suite"})
    key = made.json()["id"]

    assert (refused.status_code, refused.json()) == (
        403,
        {
            "ClassName": "MissingPermissionException",
            "Message": "This needs MANAGE_LICENCES.",
        },
    )
    assert made.json()["client_name"] == "Suomen Vaunu"
    assert client.delete(f"{PATH}/{key}").json() == {"id": key}


def test_it_writes_nothing_with_a_token_that_reads(cast: Cast) -> None:
    row = make_licence(cast.organisation)
    reader = cast.client("anonymous")
    token = create_token(user=cast.owner, name="t", scope="read:softwarelicensing")
    reader.credentials(HTTP_AUTHORIZATION=f"Bearer {token.text}")
    answers = [
        reader.post(PATH, {"name": "Suite"}),
        reader.delete(f"{PATH}/{serial_of(row.pk)}"),
        reader.post("/api/LicenseInfo", {}),
        reader.post("/api/Certificate", {}),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert answer.json()["ClassName"] == "InsufficientScopeException"
