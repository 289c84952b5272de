from pathlib import Path

import pytest

from config.imports.failures import ImportFailure
from config.imports.readers import bundles
from config.imports.readers.bundles import BundleTable
from organisations.imports import Record, Refused
from tests.config.imports.files import DATA

# A sequence of DER that holds the number 5: as much of a certificate as matters here.
BODY = "MAMCAQU="
WHOLE = f"-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----"
SHORT = "MAMCAQ=="


def opened(tmp_path: Path, text: str) -> BundleTable:
    path = tmp_path / "bundle.pem"
    path.write_bytes(text.encode())
    return BundleTable.open(path)


def refusals(table: BundleTable) -> list[tuple[int, str, str]]:
    rows = (row for row in table.rows() if isinstance(row, Refused))
    return [(row.line, row.code, row.reason) for row in rows]


def test_it_reads_certificates_and_leaves_out_comments() -> None:
    table = BundleTable.open(DATA / "bundle.pem")

    assert (table.kind, table.header) == ("pem", Record(0, ["certificate", "line"]))
    rows = list(table.rows())
    assert [row.line for row in rows] == [4, 16, 27, 31, 36]
    assert isinstance(rows[0], Record)
    assert rows[0].cells[0].startswith("-----BEGIN CERTIFICATE-----\nMII")
    assert rows[0].cells[1] == "4"
    assert refusals(table) == [
        (27, "certificate_invalid", "The block has no end."),
        (31, "certificate_invalid", "The block is not Base64 text."),
        (36, "block_not_certificate", "The block is a private key, not a certificate."),
    ]
    assert [(note.code, note.count) for note in table.notes] == [
        ("comments_left_out", 3)
    ]


def test_it_never_shows_a_private_key() -> None:
    rows = list(BundleTable.open(DATA / "bundle.pem").rows())

    assert "U0VDUkVU" in (DATA / "bundle.pem").read_text()
    assert "U0VDUkVU" not in repr(rows)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_it_reads_old_labels_and_any_line_ends(tmp_path: Path, end: str) -> None:
    text = WHOLE.replace("CERTIFICATE", "X509 CERTIFICATE").replace("\n", end)

    table = opened(tmp_path, f"{text}{end}")

    assert list(table.rows()) == [Record(1, [WHOLE, "1"])]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (WHOLE.replace(BODY, SHORT), "The block is cut short, or damaged."),
        (WHOLE.replace(BODY, ""), "The block is cut short, or damaged."),
        (WHOLE.replace(BODY, "MIQBAgME"), "The block is cut short, or damaged."),
        (WHOLE.replace(BODY, "AAAA"), "The block is cut short, or damaged."),
        (
            WHOLE.replace("END CERTIFICATE", "END X509 CRL"),
            "The block ends as another: END X509 CRL.",
        ),
        (WHOLE.rpartition("\n")[0], "The block has no end."),
    ],
)
def test_it_refuses_a_broken_block_and_goes_on(
    tmp_path: Path, text: str, reason: str
) -> None:
    table = opened(tmp_path, f"{text}\n{WHOLE}\n")

    assert refusals(table) == [(1, "certificate_invalid", reason)]
    assert sum(isinstance(row, Record) for row in table.rows()) == 1


def test_it_does_not_keep_a_block_that_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "LONGEST_CELL", 20)

    table = opened(tmp_path, WHOLE.replace(BODY, f"{BODY}\n" * 9))

    assert refusals(table)[0][2] == "The block is longer than 20 characters."


def test_it_refuses_a_line_that_never_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "LONGEST_LINE", 100)

    with pytest.raises(ImportFailure) as failure:
        opened(tmp_path, f"{WHOLE}\n{'x' * 200}")

    assert failure.value.problems[0].code == "line_too_long"


def test_it_refuses_a_file_without_certificates(tmp_path: Path) -> None:
    with pytest.raises(ImportFailure) as failure:
        opened(tmp_path, "# nothing\n")

    assert failure.value.problems[0].code == "file_empty"
