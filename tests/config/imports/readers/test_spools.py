from collections.abc import Iterator

import pytest

from config.imports.failures import ImportFailure
from config.imports.readers import spools
from config.imports.readers.spools import Spool
from organisations.imports import Record, Refused

ROWS: list[Record | Refused] = [
    Record(1, ["Wägon\n1", "", "x" * 100_000]),
    Record(2, []),
    Refused(3, "Name", "x", "json_invalid", "The line is not JSON."),
]


def test_it_keeps_rows_and_refusals_in_order() -> None:
    spool = Spool.of(ROWS)

    assert list(spool) == list(spool) == ROWS
    spool.close()


def test_it_refuses_rows_that_would_fill_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spools, "LARGEST_SPOOL", 1_000)

    def rows() -> Iterator[Record]:
        while True:
            yield Record(1, ["Wagon"])

    with pytest.raises(ImportFailure) as failure:
        Spool.of(rows())

    assert failure.value.problems[0].code == "file_too_large"
