from pathlib import Path

import pytest

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup
from tests.cast import Cast
from tests.exchange import Exchange, counts
from tests.factories.assets import make_asset, make_assets
from tests.factories.groups import make_group, make_type, make_unit

FULL = "Name,Members,Active\nIC 27,;,\nSm4 01,;,\nIC 28,;,no\n"


@pytest.fixture
def groups(cast: Cast, tmp_path: Path) -> Exchange:
    return Exchange("groups", cast.organisation, tmp_path)


def test_a_list_of_nobody_empties_groups_and_makes_empty_ones(
    cast: Cast, groups: Exchange
) -> None:
    one, two = make_assets(cast.organisation, 2)
    train = make_group(cast.organisation, one, name="IC 27", active=True)
    make_unit(cast.organisation, two, name="Sm4 01")

    first, again = groups.load(FULL), groups.load(FULL)

    assert (first.refusals, counts(first)) == ([], (3, 1, 2, 0, 0))
    assert counts(again) == (3, 0, 0, 3, 0)
    assert not AssetGroup.objects.exclude(memberships=None).exists()
    assert AssetGroup.objects.filter(name="IC 28").exists()
    # What is empty governs nobody.
    train.refresh_from_db()
    assert not train.active


def test_an_empty_cell_says_nothing(cast: Cast, groups: Exchange) -> None:
    make_group(cast.organisation, make_asset(cast.organisation), name="IC 27")

    report = groups.load("Name,Members\nIC 27,\nIC 28,\n", skip_invalid=True)

    assert [(r.line, r.code) for r in report.refusals] == [(3, "consist_required")]
    assert AssetGroup.objects.exclude(memberships=None).exists()


def test_it_writes_empty_groups_so_that_they_come_back(
    cast: Cast, groups: Exchange
) -> None:
    groups.load("Name,Members\nIC 28,;\n")
    kind = make_type(cast.organisation, Ephemerality.PERMANENT, name="Unit")
    make_unit(cast.organisation, name="Sm4 01", type_id=kind)
    make_type(cast.other, Ephemerality.PERMANENT, name="Unit")
    told = groups.export()

    elsewhere = groups.elsewhere(cast.other)
    report = elsewhere.load(told)

    assert (report.refusals, counts(report)) == ([], (2, 2, 0, 0, 0))
    assert elsewhere.export() == told
