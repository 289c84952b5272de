"""Certificates and licence infos: what files say, and what stays secret."""

import logging

import pytest

from config.api.errors import Refusal
from licensing.models import Certificate, LicenceInfo
from licensing.services import opening
from licensing.services.certificates import (
    create_certificate,
    delete_certificate,
    update_certificate,
)
from licensing.services.infos import read_password, update_info
from organisations.models import Change
from tests.cast import Cast
from tests.factories.licensing import CANARY, issue, make_certificate, make_info
from tests.stored import everything_stored

SUBJECT = "CN=intranet.example"


def create(cast: Cast, certificate: str, password: str = CANARY) -> Certificate:
    """Keep a certificate of this file."""
    return create_certificate(
        organisation=cast.organisation,
        values={"name": "Intranet", "subject": "somebody said so"},
        new_password=password,
        certificate=certificate,
        actor=cast.owner,
    )


@pytest.mark.parametrize("form", ["pem", "pkcs12"])
def test_it_reads_what_the_file_says(form: str, cast: Cast) -> None:
    issued = issue()
    row = create(cast, getattr(issued, form))
    row.refresh_from_db()
    assert (row.subject, row.issuer) == (SUBJECT, SUBJECT)
    assert len(row.thumbprint) == 40
    assert row.not_before == issued.certificate.not_valid_before_utc
    assert row.not_after == issued.certificate.not_valid_after_utc
    assert row.password.reveal() == CANARY


@pytest.mark.parametrize(
    ("file", "password"),
    [
        (issue().pkcs12, "wrong"),
        ("not base64 ☃", CANARY),
        ("AAAA", CANARY),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", CANARY),
        ("x" * 200_001, CANARY),
    ],
    ids=["password", "text", "bytes", "pem", "long"],
)
def test_it_stores_nothing_of_a_file_that_does_not_open(
    file: str, password: str, cast: Cast
) -> None:
    with pytest.raises(Refusal) as refused:
        create(cast, file, password)
    assert list(refused.value.errors) == ["certificate"]
    assert not Certificate.objects.exists()


def test_it_gives_up_a_file_that_takes_too_long(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SECONDS", 0.001)
    with pytest.raises(Refusal) as refused:
        create(cast, issue().pkcs12)
    assert list(refused.value.errors) == ["certificate"]
    assert not Certificate.objects.exists()


def test_it_insists_on_a_password(cast: Cast) -> None:
    for password, sentence in (
        ("", "Password is mandatory"),
        ("x" * 1_001, "At most 1000 characters are kept."),
    ):
        with pytest.raises(Refusal) as refused:
            make_certificate(cast.organisation, password)
        assert refused.value.errors == {"new_password": [sentence]}


def test_it_changes_a_certificate_and_keeps_its_password(cast: Cast) -> None:
    row = make_certificate(cast.organisation)
    changed = update_certificate(
        certificate=row,
        values={"name": "Extranet"},
        file=issue().pkcs12,
        actor=cast.owner,
    )
    assert (changed.name, changed.subject) == ("Extranet", SUBJECT)
    update_certificate(
        certificate=row, values={}, new_password="another", actor=cast.owner
    )
    row.refresh_from_db()
    assert row.password.reveal() == "another"
    fields = Change.objects.filter(model="certificate", object_id=row.pk)
    assert "password" in fields.values_list("field", flat=True)
    delete_certificate(certificate=row, actor=cast.owner)
    assert not Certificate.objects.filter(pk=row.pk).exists()


def test_it_reads_a_password_to_whom_it_may_and_says_so(cast: Cast) -> None:
    info = make_info(cast.organisation)
    assert read_password(info, actor=cast.owner) == CANARY
    read = Change.objects.get(model="licenceinfo", object_id=info.pk, action="read")
    assert (read.who, read.field, read.old, read.new) == (
        "owner",
        "password",
        None,
        None,
    )
    with pytest.raises(Refusal) as refused:
        read_password(info, actor=cast.manager)
    assert refused.value.code == "missing_permission"
    with pytest.raises(Refusal) as refused:
        read_password(info, actor=cast.outsider)
    assert refused.value.code == "missing_permission"


def test_it_changes_a_password_only_when_one_is_given(cast: Cast) -> None:
    info = make_info(cast.organisation)
    kept = update_info(info=info, values={"version": "2"}, actor=cast.owner)
    assert (kept.version, kept.password.reveal()) == ("2", CANARY)
    update_info(info=info, values={}, password="another", actor=cast.owner)
    info.refresh_from_db()
    assert info.password.reveal() == "another"


def test_it_leaves_a_password_nowhere(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    info = make_info(cast.organisation)
    row = make_certificate(cast.organisation)
    read_password(info, actor=cast.owner)
    delete_certificate(certificate=row, actor=cast.owner)
    shown = f"{row} {row!r} {row.__dict__} {info} {info!r} {info.__dict__}"
    assert CANARY not in shown
    assert CANARY not in caplog.text
    assert CANARY not in everything_stored()
    assert (
        LicenceInfo.objects.get(pk=info.pk).recorded().keys().isdisjoint({"password"})
    )
