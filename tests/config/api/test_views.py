from typing import Any

import pytest

from assets.models import AssetStatus
from organisations.models import Prefix
from organisations.services import rows
from tests.cast import assemble
from tests.factories.assets import AssetStatusFactory


@pytest.mark.django_db(transaction=True)
def test_it_answers_a_conflict_that_shows_when_the_transaction_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = assemble()
    status = AssetStatusFactory(organisation=cast.organisation, name="In service")

    def change(row: AssetStatus, values: object, **others: Any) -> AssetStatus:
        """Change the status, and delete what other rows refer to."""
        AssetStatus.objects.filter(pk=row.pk).update(name="Scrapped")
        Prefix.objects.of(cast.organisation)._raw_delete("default")
        return row

    monkeypatch.setattr(rows, "update", change)
    response = cast.client("owner").patch(f"/api/assetstatuses/{status.pk}", {})

    assert response.status_code == 409
    assert response.json() == {
        "code": "conflict",
        "message": "The change conflicts with another one.",
    }
    status.refresh_from_db()
    assert status.name == "In service"
