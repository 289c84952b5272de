"""Whatever a file holds, the engine answers with a report."""

import csv
import io
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.imports.failures import ImportFailure
from config.imports.files import open_table
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
shared = settings(
    deadline=None,
    max_examples=examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@shared
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.xlsx", "a"]))
def test_it_reads_or_refuses_any_bytes(
    tmp_path: Path, content: bytes, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with suppress(ImportFailure):
        table = open_table(path)
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
