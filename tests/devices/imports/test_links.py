from pathlib import Path

import pytest

from assets.models import AssetGroup
from config.imports.undoing import undo
from devices.models import AssetLink
from devices.services.links import link_assets
from organisations.models import Change, ImportRun
from tests.cast import Cast
from tests.exchange import Exchange, codes, counts
from tests.factories.assets import make_asset

FULL = "Device,Linked to\nAnna,Bertta\nCecilia,Anna\n"


@pytest.fixture
def links(cast: Cast, tmp_path: Path) -> Exchange:
    return Exchange("links", cast.organisation, tmp_path)


@pytest.fixture
def three(cast: Cast) -> list[AssetGroup]:
    names = ("Anna", "Bertta", "Cecilia")
    return [make_asset(cast.organisation, name=name) for name in names]


def pairs() -> list[tuple[str, str]]:
    found = AssetLink.objects.order_by("id")
    return [*found.values_list("first__name", "second__name")]


def test_it_links_assets_once(
    cast: Cast, links: Exchange, three: list[AssetGroup]
) -> None:
    first = links.load(FULL)
    before = Change.objects.count()
    again = links.load("Device,Linked to\nBertta,Anna\nAnna,Cecilia\n")

    assert (first.refusals, counts(first)) == ([], (2, 2, 0, 0, 0))
    assert (counts(again), Change.objects.count()) == ((2, 0, 0, 2, 0), before)
    assert pairs() == [("Anna", "Bertta"), ("Anna", "Cecilia")]


def test_it_refuses_links(cast: Cast, links: Exchange, three: list[AssetGroup]) -> None:
    make_asset(cast.other, name="Foreign")
    text = (
        "device,linked_to\n,Anna\nAnna,\nAnna,Foreign\nForeign,Anna\nAnna,Anna\n"
        "Anna,Bertta\nBertta,Anna\n"
    )

    report = links.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "device", "asset_invalid"),
        (3, "linked_to", "asset_invalid"),
        (4, "linked_to", "asset_invalid"),
        (5, "device", "asset_invalid"),
        (6, "linked_to", "invalid_body"),
        (8, "linked_to", "duplicate_row"),
    ]
    assert pairs() == [("Anna", "Bertta")]


def test_it_leaves_or_refuses_what_is_linked_as_it_is_told(
    links: Exchange, three: list[AssetGroup]
) -> None:
    links.load(FULL)

    report = links.load(FULL, on_conflict="fail")

    assert [one.code for one in report.refusals] == ["row_exists"] * 2


def test_only_managers_of_fleets_link_what_is_no_device(
    cast: Cast, links: Exchange, three: list[AssetGroup]
) -> None:
    report = links.load("device,linked_to\nAnna,Bertta\n", actor=cast.member)

    assert [one.code for one in report.refusals] == ["missing_permission"]


def test_it_carries_them_to_another_organisation(
    cast: Cast, links: Exchange, three: list[AssetGroup]
) -> None:
    for name in ("Anna", "Bertta", "Cecilia"):
        make_asset(cast.other, name=name)
    links.load(FULL)
    told = links.export()

    elsewhere = links.elsewhere(cast.other)
    report = elsewhere.load(told)

    assert (report.refusals, counts(report)) == ([], (2, 2, 0, 0, 0))
    assert elsewhere.export() == told


def test_it_takes_apart_what_it_linked_alone(
    cast: Cast, links: Exchange, three: list[AssetGroup]
) -> None:
    link_assets(three[1], three[2], actor=cast.owner)
    links.load(FULL)

    undone = undo(ImportRun.objects.latest("id"), actor=cast.owner)

    assert (undone.kept, undone.reverted) == ([], 3)
    assert pairs() == [("Bertta", "Cecilia")]
