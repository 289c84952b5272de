"""Certificates: what their files say, and refusals that store nothing."""

from typing import Any

import pytest

from assets.models import Asset
from config.api.snowflake import serial_of
from licensing.models import Certificate
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.licensing import CANARY, Issued, issue, make_certificate

PATH = "/api/Certificate"
SUBJECT = "CN=intranet.example"


def facts(issued: Issued) -> dict[str, Any]:
    """Return the members that a file fills."""
    return {
        "subject": SUBJECT,
        "issuer": SUBJECT,
        "thumbprint": issued.thumbprint,
        "not_before": "2026-01-01T00:00:00Z",
        "not_after": "2027-01-01T00:00:00Z",
    }


@pytest.mark.parametrize("form", ["pem", "old_pem", "pkcs12"])
def test_it_reads_what_a_file_says(form: str, cast: Cast) -> None:
    issued, client = issue(), cast.client("owner")
    asset = make_asset(cast.organisation)
    body = {
        "name": "Intranet",
        "subject": "somebody said so",
        "asset_id": serial_of(asset.pk),
        "new_password": CANARY,
        "certificate": getattr(issued, form),
    }

    made = client.post(PATH, [body])

    row = Certificate.objects.get()
    expected = {
        "id": serial_of(row.pk),
        "name": "Intranet",
        **facts(issued),
        "attachment_id": 0,
        "attachment_name": "",
        "client_id": serial_of(cast.organisation.pk),
        "asset_id": serial_of(asset.pk),
    }
    assert (made.status_code, made.json()) == (200, expected)
    assert row.password.reveal() == CANARY
    reader = cast.client("member")
    assert reader.get(f"{PATH}/{serial_of(row.pk)}").json() == expected
    assert reader.get(PATH).json() == [
        {key: value for key, value in expected.items() if value != ""}
    ]


def test_it_changes_what_is_sent_and_keeps_the_password(cast: Cast) -> None:
    issued, client = issue(), cast.client("owner")
    row = make_certificate(cast.organisation, issuer="nobody")
    key = serial_of(row.pk)

    renamed = client.post(PATH, {"id": key, "name": "Extranet", "new_password": None})
    opened = client.post(PATH, {"id": key, "certificate": issued.pkcs12})
    changed = client.post(PATH, {"id": key, "new_password": "another"})

    assert (renamed.json()["name"], renamed.json()["issuer"]) == ("Extranet", "nobody")
    assert opened.json() == renamed.json() | facts(issued)
    assert changed.json() == opened.json()
    row.refresh_from_db()
    assert row.password.reveal() == "another"
    assert client.delete(f"{PATH}/{key}").json() == {"id": key}
    assert client.get(f"{PATH}/{key}").status_code == 404
    assert client.post(PATH, {"id": key, "name": "Back"}).status_code == 404


def test_it_stores_nothing_of_what_is_wrong(cast: Cast) -> None:
    own = {"name": "Intranet", "new_password": CANARY}
    foreign = serial_of(make_asset(cast.other).pk)
    before = Certificate.objects.count(), Asset.objects.count()
    body: list[dict[str, Any]] = [
        own,
        {"name": ""},
        own | {"new_password": ""},
        own | {"new_password": "wrong", "certificate": issue().pkcs12},
        own | {"certificate": "AAAA"},
        own | {"certificate": "-----BEGIN CERTIFICATE-----\nAA\n"},
        own | {"certificate": [CANARY], "new_password": [CANARY]},
        own | {"asset_id": foreign, "attachment_id": 99999},
        own | {"asset_id": 99999, "thumbprint": "x", "not_after": "soon"},
        own | {"thumbprint": "xyz"},
        own | {"new_password": CANARY * 99},
    ]

    response = cast.client("owner").post(PATH, body)

    unread = ["The certificate does not parse, or the password is wrong."]
    mandatory = ["Password is mandatory"]
    assert response.status_code == 400
    assert response.json() == {
        "[1].name": ["This field is required."],
        "[1].new_password": mandatory,
        "[2].new_password": mandatory,
        "[3].certificate": unread,
        "[4].certificate": unread,
        "[5].certificate": unread,
        "[6].certificate": ["A text is expected."],
        "[6].new_password": ["A text is expected."],
        "[7].asset_id": [f"Asset {foreign} was not found."],
        "[7].attachment_id": ["Attachment 99999 was not found."],
        "[8].asset_id": ["Asset 99999 was not found."],
        "[8].not_after": ["The value 'soon' is not valid."],
        "[9].thumbprint": ["A thumbprint is 40 hexadecimal digits."],
        "[10].new_password": ["At most 1000 characters are kept."],
    }
    assert (Certificate.objects.count(), Asset.objects.count()) == before
