"""The OpenAPI documents that are served are the ones that were agreed."""

from pathlib import Path

import pytest
from django.core.management import call_command

KEPT = Path(__file__).resolve().parents[2] / "schemas"


@pytest.mark.parametrize("family", ["fleet", "device"])
def test_it_describes_the_family_as_agreed(family: str, tmp_path: Path) -> None:
    written = tmp_path / f"{family}.yaml"
    call_command(
        "spectacular",
        generator_class=f"config.urls.schema.{family.capitalize()}Schema",
        file=str(written),
        validate=True,
        fail_on_warn=True,
    )
    is_agreed = written.read_text() == (KEPT / f"{family}.yaml").read_text()
    assert is_agreed, f"README says how to write tests/schemas/{family}.yaml anew."
