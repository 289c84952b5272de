"""Whatever a file holds, the engine answers with a report."""

import csv
import gzip
import io
from contextlib import closing, suppress
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.imports.failures import ImportFailure
from config.imports.readers.files import open_table
from organisations.imports import squeezed
from tests.cast import Cast
from tests.config.imports.conftest import Load
from tests.config.imports.files import DATA
from tests.examples import examples

WORDS = ["Name", "Type", "Number", "Active", "Depot", "Room", "Asset Tag", "$x", "12"]
CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30),
    st.sampled_from(["Bus", "yes", "7", "-1", "1e99", "9" * 30, "3/4/21", "NaN"]),
    st.sampled_from(["", "A\nB", "A\x07B", "\0", '"', "=1+1", "$1.50", "http://a.b"]),
)
NAMES = ["a.csv", "a.xlsx", "a", "a.json", "a.jsonl", "a.pem", "a.gz", "a.zip"]
SIGNS = [
    *(b'[{"a":', b'{"b":', b"}", b"]", b",", b'"', b"1", b"\\ud800", b"\\", b"\n"),
    *(b"null", b"NaN", b"1e9", b"-----BEGIN CERTIFICATE-----\n", b"MAMCAQU=\n"),
    *(b"-----END CERTIFICATE-----\n", b"\xff\xfe", b"\x1f\x8b\x08", b"PK\x05\x06"),
]
shared = settings(
    deadline=None,
    max_examples=examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@shared
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.lists(st.sampled_from(SIGNS), max_size=40).map(b"".join),
    ),
    name=st.sampled_from(NAMES),
)
def test_it_reads_or_refuses_any_bytes(
    tmp_path: Path, content: bytes, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with suppress(ImportFailure), closing(open_table(path)) as table:
        assert not table.header.is_blank
        assert all(row.line > table.header.line for row in table.rows())


@shared
@given(place=st.integers(0, 5_000), noise=st.binary(min_size=1, max_size=40))
def test_it_reads_or_refuses_a_damaged_workbook(
    tmp_path: Path, place: int, noise: bytes
) -> None:
    whole = (DATA / "two-sheets.xlsx").read_bytes()
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(whole[:place] + noise + whole[place + len(noise) :])

    with suppress(ImportFailure):
        open_table(path).close()


@shared
@given(place=st.integers(0, 400), noise=st.binary(min_size=1, max_size=20))
def test_it_reads_or_refuses_a_damaged_archive(
    tmp_path: Path, place: int, noise: bytes
) -> None:
    text = (DATA / "city-fleet.csv").read_bytes()
    whole = io.BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        archive.writestr("fleet.csv", text)

    for name, good in (("a.zip", whole.getvalue()), ("a.gz", gzip.compress(text))):
        path = tmp_path / name
        path.write_bytes(good[:place] + noise + good[place + len(noise) :])
        with suppress(ImportFailure), closing(open_table(path)) as table:
            assert all(row.line for row in table.rows())


@shared
@given(
    header=st.lists(
        st.one_of(st.sampled_from(WORDS), CELLS),
        min_size=1,
        max_size=6,
        unique_by=squeezed,
    ),
    rows=st.lists(st.lists(CELLS, max_size=7), min_size=1, max_size=6),
)
def test_it_accounts_for_every_row(
    cast: Cast,
    load: Load,
    tmp_path: Path,
    header: list[str],
    rows: list[list[str]],
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    path = tmp_path / "any.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))

    report = load(path, dry_run=True, skip_invalid=True)

    assert report.rows == report.created + report.refused + report.skipped
