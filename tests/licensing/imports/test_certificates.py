from pathlib import Path

import pytest
from pytest_django import Settings

from licensing.imports import CertificateResource
from licensing.models import Certificate
from organisations.imports import squashed
from organisations.models import Change
from tests.cast import Cast
from tests.exchange import Exchange, counts, refusals
from tests.factories.assets import make_asset
from tests.factories.licensing import CANARY, issue, make_certificate

TABLE = "name,thumbprint,subject,issuer,not_before,not_after,asset\n"
PRINT = "AB" * 20


@pytest.fixture
def certificates(cast: Cast, tmp_path: Path) -> Exchange:
    return Exchange("certificates", cast.organisation, tmp_path)


def cell(text: str) -> str:
    return f'"{text}"'


def test_it_loads_a_certificate_that_nothing_closes(
    cast: Cast, certificates: Exchange
) -> None:
    issued = issue()

    report = certificates.load(f"certificate,line\n{cell(issued.pem)},1\n")

    assert counts(report) == (1, 1, 0, 0, 0)
    row = Certificate.objects.get()
    assert (row.name, row.subject) == ("intranet.example", "CN=intranet.example")
    assert (row.thumbprint, bool(row.password)) == (issued.thumbprint, False)
    assert str(row.not_after) == "2027-01-01 00:00:00+00:00"


def test_it_loads_a_closed_one_and_shows_its_password_nowhere(
    cast: Cast, certificates: Exchange
) -> None:
    issued = issue()

    report = certificates.load(
        f"Name,PFX,Password\nIntranet,{issued.pkcs12},{CANARY}\n"
    )

    row = Certificate.objects.get()
    assert counts(report) == (1, 1, 0, 0, 0)
    assert (row.name, row.password.reveal()) == ("Intranet", CANARY)
    told = [*Change.objects.values_list("old", "new")]
    assert CANARY not in f"{report.as_dict()}{told}"


def test_it_changes_nothing_the_second_time(cast: Cast, certificates: Exchange) -> None:
    text = f"certificate\n{cell(issue().pem)}\n"
    certificates.load(text)
    before = Change.objects.count()

    report = certificates.load(text)

    assert counts(report) == (1, 0, 0, 1, 0)
    assert Change.objects.count() == before


def test_it_finds_one_by_its_thumbprint_and_updates_it(
    cast: Cast, certificates: Exchange
) -> None:
    asset = make_asset(cast.organisation, name="Router 1")
    certificates.load(f"certificate\n{cell(issue().pem)}\n")
    told = ":".join(issue().thumbprint.lower()[at : at + 2] for at in range(0, 40, 2))

    report = certificates.load(f"name,fingerprint,device\nPortal,{told},router 1\n")

    row = Certificate.objects.get()
    assert counts(report) == (1, 0, 1, 0, 0)
    assert (row.name, row.asset_id) == ("Portal", asset.pk)
    assert [one.key for one in report.differences] == ["name", "asset_id"]


def test_it_finds_one_without_thumbprint_by_name(
    cast: Cast, certificates: Exchange
) -> None:
    make_certificate(cast.organisation)
    make_certificate(cast.other, issuer="another")

    report = certificates.load("name,issuer\nIntranet,CA\n")

    assert counts(report) == (1, 0, 1, 0, 0)
    assert Certificate.objects.of(cast.organisation).get().issuer == "CA"


def test_it_keeps_a_certificate_of_each_asset(
    cast: Cast, certificates: Exchange
) -> None:
    for name in ("A 1", "A 2"):
        make_asset(cast.organisation, name=name)
    text = f"name,thumbprint,asset\nW,{PRINT},\nW,{PRINT},A 1\nW,{PRINT},A 2\n"

    first, second = certificates.load(text), certificates.load(text)

    assert counts(first) == (3, 3, 0, 0, 0)
    assert counts(second) == (3, 0, 0, 3, 0)


def test_it_refuses_a_row_that_could_mean_several(
    cast: Cast, certificates: Exchange
) -> None:
    for name in ("A 1", "A 2"):
        asset = make_asset(cast.organisation, name=name)
        make_certificate(cast.organisation, thumbprint=PRINT, asset=asset)

    report = certificates.load(f"name,thumbprint\nPortal,{PRINT}\n")

    assert refusals(report) == [
        (2, "", "match_ambiguous", "2 assets have this certificate; say which.")
    ]


def test_it_refuses_the_same_certificate_twice(
    cast: Cast, certificates: Exchange
) -> None:
    pem = cell(issue().pem)

    report = certificates.load(f"certificate\n{pem}\n{pem}\n", skip_invalid=True)

    assert counts(report) == (2, 1, 0, 0, 1)
    ((line, _, code, reason),) = refusals(report)
    assert (line > 2, code) == (True, "duplicate_row")
    assert reason == "Line 2 is the same certificate."


@pytest.mark.parametrize(
    ("header", "text", "code", "reason"),
    [
        ("certificate", "not one", "invalid_body", "The certificate does not parse"),
        ("not_after", "soon", "invalid_body", "'soon' is not a moment."),
        ("thumbprint", "ABC", "invalid_body", "A thumbprint is 40 hexadecimal digits"),
        ("asset", "X", "asset_invalid", "There is no asset 'X'."),
    ],
)
def test_it_refuses_a_row_for_its_cell(
    cast: Cast, certificates: Exchange, header: str, text: str, code: str, reason: str
) -> None:
    report = certificates.load(f"name,{header}\nIntranet,{text}\n")

    ((line, column, found, said),) = refusals(report)
    assert (line, column, found) == (2, header, code)
    assert said.startswith(reason)
    assert not Certificate.objects.exists()


def test_it_refuses_several_certificates_in_a_cell(certificates: Exchange) -> None:
    report = certificates.load(f"certificate\n{cell(issue().pem * 2)}\n")

    assert refusals(report) == [
        (
            *(2, "certificate", "invalid_body"),
            "The cell holds 2 certificates; one a row is expected.",
        )
    ]


def test_it_refuses_a_wrong_password_without_telling_it(
    certificates: Exchange,
) -> None:
    report = certificates.load(f"name,pfx,password\nA,{issue().pkcs12},{CANARY}x\n")

    assert [(one.column, one.code) for one in report.refusals] == [
        ("pfx", "invalid_body")
    ]
    assert f"{CANARY}x" not in f"{report.as_dict()}"


def test_it_refuses_a_certificate_without_a_name(certificates: Exchange) -> None:
    report = certificates.load("name,issuer\n,CA\n")

    assert [(one.column, one.code) for one in report.refusals] == [("", "invalid_body")]


def test_it_refuses_a_password_where_there_is_no_key(
    certificates: Exchange, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = []

    report = certificates.load(f"name,password\nA,{CANARY}\n")

    assert [one.code for one in report.refusals] == ["encryption_unavailable"]


def test_it_exports_what_it_can_load(cast: Cast, certificates: Exchange) -> None:
    for one in (cast.organisation, cast.other):
        make_asset(one, name="A 1")
    certificates.load(f"certificate\n{cell(issue().pem)}\n")
    certificates.load(f"name,thumbprint,asset\nW,{PRINT},A 1\nW,{PRINT},\nB,,A 1\n")
    text, elsewhere = certificates.export(), certificates.elsewhere(cast.other)

    report = elsewhere.load(text)

    assert text.startswith(TABLE)
    assert counts(report) == (4, 4, 0, 0, 0)
    assert elsewhere.export() == text
    assert counts(elsewhere.load(text)) == (4, 0, 0, 4, 0)


def test_it_knows_the_headers_that_it_writes() -> None:
    keys = CertificateResource.keys

    assert [key.name for key in keys if squashed(key.name) not in key.synonyms] == []
