"""Files of IT that nobody here wrote: licences, certificates, devices, software."""

from pathlib import Path

import pytest

from licensing.models import Certificate, Licence
from tests.cast import Cast
from tests.config.imports.files import REAL
from tests.exchange import Exchange, counts

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")


def test_it_loads_the_licences_of_snipe_it(cast: Cast, tmp_path: Path) -> None:
    licences = Exchange("licences", cast.organisation, tmp_path)
    path = REAL / "snipeit" / "licenses-sample.csv"
    asked = {"Username": "-"}

    report = licences.load(path, asked=asked, ignore_unknown=True)
    again = licences.load(path, asked=asked, ignore_unknown=True)

    assert counts(report) == (50, 50, 0, 0, 0)
    assert counts(again) == (50, 0, 0, 50, 0)
    first = Licence.objects.order_by("pk")[0]
    assert (first.count, first.purchase_price) == (56, 12.58)
    assert (str(first.end_date)[:10], str(first.supplier)) == (
        *("2016-02-26", "Treutel Inc"),
    )
    assert "\n\nProin interdum" in first.notes


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize(
    ("name", "count", "called"),
    [
        ("certifi-2026.10.18-cacert.pem", 117, ""),
        ("cryptography.io.pem", 1, "www.cryptography.io"),
        ("cryptography.io.old_header.pem", 1, "www.cryptography.io"),
        ("wildcard_san.pem", 1, "*.langui.sh"),
        ("letsencryptx3.pem", 1, "Let's Encrypt Authority X3"),
    ],
)
def test_it_loads_bundles_of_certificates(
    cast: Cast, tmp_path: Path, name: str, count: int, called: str
) -> None:
    certificates = Exchange("certificates", cast.organisation, tmp_path)
    path = REAL / "certificates" / name

    report, again = certificates.load(path), certificates.load(path)

    assert counts(report) == (count, count, 0, 0, 0)
    assert counts(again) == (count, 0, 0, count, 0)
    names = [*Certificate.objects.values_list("name", flat=True)]
    assert called in names or not called
    assert "" not in names
