"""The record of changes, as it is read."""

from django.test import Client

from organisations.models import Change
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.groups import make_group


def test_it_calls_kinds_of_rows_by_their_names(cast: Cast) -> None:
    make_group(cast.organisation, make_asset(cast.organisation))
    client: Client = as_staff(cast.owner)

    answer = client.get(page(Change, "changelist"), {"model": "assetgroup"})

    content = answer.content.decode()
    assert ">asset groups<" in content.replace("\n", "").replace("  ", "")
    assert ">assetgroup<" not in content
