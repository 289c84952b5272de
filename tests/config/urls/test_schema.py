"""The OpenAPI document that is served is the one that was agreed."""

from pathlib import Path

from django.core.management import call_command

KEPT = Path(__file__).resolve().parents[2] / "schemas" / "fleet.yaml"


def test_it_describes_the_fleet_api_as_agreed(tmp_path: Path) -> None:
    written = tmp_path / "fleet.yaml"
    call_command(
        "spectacular",
        generator_class="config.urls.schema.FleetSchema",
        file=str(written),
        validate=True,
        fail_on_warn=True,
    )
    is_agreed = written.read_text() == KEPT.read_text()
    assert is_agreed, "README says how to write tests/schemas/fleet.yaml anew."
