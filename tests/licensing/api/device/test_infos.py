"""Licence infos and the reading of their passwords."""

from typing import Any
from uuid import uuid4

from config.api.snowflake import serial_of
from licensing.models import LicenceInfo
from organisations.models import Change, Membership, Role
from organisations.permissions import Permission
from tests.cast import Cast
from tests.factories.licensing import CANARY, make_info
from tests.factories.organisations import LocationFactory

PATH = "/api/LicenseInfo"
SECRET = f"{PATH}/password"


def reads(info: LicenceInfo) -> list[tuple[str, str]]:
    """Return who read what of an info."""
    lines = Change.objects.filter(model="licenceinfo", object_id=info.pk, action="read")
    return list(lines.order_by("id").values_list("who", "field"))


def test_it_makes_and_changes_an_info(cast: Cast) -> None:
    client = cast.client("owner")
    site = LocationFactory(organisation=cast.organisation)
    plain: dict[str, Any] = {
        "organisationname": "Ratatosk IT",
        "version": "1.2",
        "apiurl": "https://licences.example/api",
        "is_trial": True,
        "support_type": 2,
        "trialexpiry": "2026-12-24T00:00:00Z",
        "registrationdate": "2026-01-29T20:00:00Z",
    }
    body = {**plain, "site_id": serial_of(site.pk), "password": f" {CANARY} "}

    made = client.post(PATH, body | {"id": "00000000-0000-0000-0000-000000000000"})

    info = LicenceInfo.objects.get(location=site)
    expected = {
        "id": str(info.uuid),
        "site_id": serial_of(site.pk),
        "client_id": serial_of(cast.organisation.pk),
        "client_name": "Suomen Vaunu",
        **plain,
    }
    assert (made.status_code, made.json()) == (200, expected)
    assert info.password.reveal() == f" {CANARY} "
    listed = cast.client("member").get(PATH).json()
    assert listed == {"record_count": 1, "licenceinfo": [expected]}

    for password in (None, "", 417):
        change = {"id": str(info.uuid), "site_id": 0, "password": password}
        changed = client.post(PATH, [change])
        assert changed.json() == expected | {"site_id": 0}
        info.refresh_from_db()
        kept = f" {CANARY} " if not password else "417"
        assert info.password.reveal() == kept


def test_it_refuses_what_is_wrong_without_repeating_a_password(cast: Cast) -> None:
    before = LicenceInfo.objects.count()
    foreign = make_info(cast.other)
    body = [
        {"password": [CANARY], "support_type": "x"},
        {"password": {"a": CANARY}, "site_id": 99999},
        {"password": CANARY * 99, "id": 5},
        {"password": CANARY * 99},
    ]

    response = cast.client("owner").post(PATH, body)
    unknown = cast.client("owner").post(PATH, [{}, {"id": str(foreign.uuid)}])

    assert response.status_code == 400
    assert response.json() == {
        "[0].password": ["A text is expected."],
        "[0].support_type": ["The value 'x' is not valid."],
        "[1].password": ["A text is expected."],
        "[1].site_id": ["Site 99999 was not found."],
        "[2].id": ["The value '5' is not valid."],
        "[3].password": ["At most 1000 characters are kept."],
    }
    assert (unknown.status_code, unknown.json()["Message"]) == (
        404,
        f"Licence info {foreign.uuid} was not found.",
    )
    assert LicenceInfo.objects.count() == before + 1


def test_it_tells_a_password_to_whom_may_read_secrets(cast: Cast) -> None:
    info = make_info(cast.organisation)
    role = Role.objects.create(
        organisation=cast.organisation,
        name="keepers",
        permissions=[Permission.VIEW_SECRETS],
    )
    Membership.objects.get(user=cast.member).roles.add(role)

    told = cast.client("member").get(SECRET, {"id": str(info.uuid).upper()})
    denied = cast.client("manager").get(SECRET, {"id": str(info.uuid)})

    assert (told.status_code, told.json()) == (
        200,
        {"id": str(info.uuid), "password": CANARY},
    )
    assert told.headers["Cache-Control"] == "no-store"
    assert "ETag" not in told.headers
    assert denied.status_code == 403
    assert denied.json()["Message"] == "This needs VIEW_SECRETS."
    assert reads(info) == [("member", "password")]


def test_it_asks_for_a_known_id(cast: Cast) -> None:
    foreign, client = make_info(cast.other), cast.client("owner")
    for query, sentence in (
        ("", "An id is required."),
        ("?id=", "An id is required."),
        ("?id=0", "The value '0' is not valid."),
        ("?id=1234", "The value '1234' is not valid."),
    ):
        response = client.get(SECRET + query)
        assert (response.status_code, response.json()) == (400, {"id": [sentence]})
    for unknown in (foreign.uuid, uuid4()):
        response = client.get(SECRET, {"id": str(unknown)})
        assert (response.status_code, response.json()) == (
            404,
            {
                "ClassName": "NotFoundException",
                "Message": f"Licence info {unknown} was not found.",
            },
        )
    assert reads(foreign) == []
