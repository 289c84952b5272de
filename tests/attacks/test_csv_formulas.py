"""Attack: store a formula, and wait for somebody to open an export in a spreadsheet.

Which texts are guarded stands in `tests/config/imports/test_formulas.py`.
"""

import csv
from io import StringIO
from typing import Any

import pytest

from assets.models import AssetGroup
from tests.cast import Cast
from tests.factories.assets import make_asset

pytestmark = pytest.mark.django_db

FORMULAS = (
    *("=1+1", "@SUM(1)", "+1+1", "-1+1", "\t=1", '=HYPERLINK("x")', " =1", "'=1"),
    *("=cmd|' /C x'!A0", "+x", "-x", "@x"),
)
CALCULATED = tuple("=+-@\t\r")


def exported(cast: Cast) -> list[list[str]]:
    """Return the cells of the export."""
    client: Any = cast.client("owner")
    answer = client.get(f"{cast.path}/exports?type=assets&format=csv")
    text = b"".join(answer).decode("utf-8-sig")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(StringIO(text)))


def test_it_exports_no_cell_that_is_calculated(cast: Cast) -> None:
    for formula in FORMULAS:
        asset = make_asset(cast.organisation)
        AssetGroup.objects.filter(pk=asset.pk).update(
            name=formula[:20], description=formula
        )

    rows = exported(cast)

    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.lstrip().startswith(CALCULATED)] == []
    guarded = {f"'{formula}" for formula in FORMULAS if formula == formula.strip()}
    assert guarded <= set(cells)
