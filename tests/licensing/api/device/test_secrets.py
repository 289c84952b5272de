"""A canary: passwords stand nowhere but in the answer that is asked for them."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.test import Client

from config.api.snowflake import serial_of
from licensing.models import Certificate, LicenceInfo
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.licensing import CANARY, issue
from tests.stored import everything_stored

OTHER = f"{CANARY}-changed"


def written(cast: Cast) -> tuple[str, int]:
    """Keep and change passwords through the API, and return the ids they stand by."""
    client = cast.client("owner")
    asset = serial_of(make_asset(cast.organisation).pk)
    info = client.post(
        "/api/LicenseInfo",
        {"organisationname": "Ratatosk IT", "password": CANARY},
        headers={"Idempotency-Key": "canary-info"},
    )
    certificate = client.post(
        "/api/Certificate",
        {
            "name": "Intranet",
            "asset_id": asset,
            "new_password": CANARY,
            "certificate": issue(CANARY).pkcs12,
        },
        headers={"Idempotency-Key": "canary-certificate"},
    )
    assert (info.status_code, certificate.status_code) == (200, 200)
    keys = info.json()["id"], certificate.json()["id"]
    changes = {
        "LicenseInfo": {"id": keys[0], "password": OTHER},
        "Certificate": {"id": keys[1], "new_password": OTHER},
    }
    for resource, change in changes.items():
        answer = client.post(f"/api/{resource}", change)
        assert answer.status_code == 200
        assert CANARY not in answer.content.decode()
    return keys


def asked(cast: Cast, info: str, certificate: int) -> Iterator[Any]:
    """Ask for everything that a reader or a writer can be told."""
    client = cast.client("owner")
    organisation = cast.organisation.pk
    for path in (
        "/api/LicenseInfo",
        "/api/LicenseInfo?order=version",
        "/api/Certificate",
        f"/api/Certificate/{certificate}?includedetails=true",
        "/api/LicenceChange?includeinactive=true",
        f"/api/organisations/{organisation}/changes?$top=200",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        yield answer
    wrong = [
        ("LicenseInfo", {"id": info, "password": CANARY, "support_type": "x"}),
        ("LicenseInfo", {"id": info, "password": [CANARY]}),
        ("LicenseInfo", {"password": CANARY, "site_id": 99999}),
        ("LicenseInfo", {"password": CANARY * 99}),
        ("Certificate", {"new_password": CANARY}),
        ("Certificate", {"new_password": {"a": CANARY}, "name": "x"}),
        ("Certificate", {"new_password": CANARY, "name": "x", "certificate": "AAAA"}),
        ("Certificate", {"id": certificate, "certificate": [CANARY]}),
    ]
    for resource, body in wrong:
        answer = client.post(f"/api/{resource}", body)
        assert answer.status_code == 400, body
        yield answer


def pages(office: Client, info: str) -> Iterator[Any]:
    """Open every page of the back office that shows either."""
    rows = (LicenceInfo.objects.get(uuid=info), Certificate.objects.get())
    for row in rows:
        model = type(row)
        yield office.get(page(model, "changelist"))
        yield office.get(page(model, "change", row.pk))
        yield office.get(page(model, "history", row.pk))


def test_it_shows_a_password_nowhere(
    cast: Cast, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    info, certificate = written(cast)
    office = as_staff(cast.owner, is_superuser=True)

    said = [answer.content.decode() for answer in asked(cast, info, certificate)]
    for answer in pages(office, info):
        assert answer.status_code == 200
        said.append(answer.content.decode())
    rows = [*LicenceInfo.objects.all(), *Certificate.objects.all()]
    said.append(serializers.serialize("json", rows))
    call_command("dumpdata", "licensing", "organisations.Change")
    told = cast.client("owner").get("/api/LicenseInfo/password", {"id": info})
    logged = capfd.readouterr()

    assert told.json()["password"] == OTHER
    assert "licensing.licenceinfo" in logged.out
    assert "request" in caplog.text
    for text in (*said, caplog.text, logged.out, logged.err, everything_stored()):
        assert CANARY not in text
