"""The counts of work on a group, whatever happens and in whatever order."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from django.db import connections

from assets.models import AssetGroup, WorkItem
from assets.services.work_items import create_work_item, update_work_item
from organisations.models import Organisation
from tests.cast import Cast, assemble
from tests.factories.assets import make_assets


def check_counts(groups: list[AssetGroup]) -> None:
    """Compare the columns with what they count."""
    truth: Counter[tuple[int | None, str]] = Counter(
        WorkItem.objects.values_list("asset_group_id", "state")
    )
    for group in AssetGroup.objects.filter(pk__in=[one.pk for one in groups]):
        assert group.open_work_item_count == truth[group.pk, "open"]
        assert group.closed_work_item_count == truth[group.pk, "closed"]


def act(random: Random, organisation: Organisation, groups: list[AssetGroup]) -> None:
    """Make or change an item at random."""
    values: dict[str, Any] = {
        "state": random.choice(["open", "closed"]),
        "asset_group_id": random.choice([None, *(one.pk for one in groups)]),
    }
    items = list(WorkItem.objects.filter(organisation=organisation))
    actor = organisation.owner
    if not items or random.random() < 0.3:
        given = {"summary": "Turn the wheels", **values}
        create_work_item(organisation=organisation, values=given, actor=actor)
        return
    key = random.choice(list(values))
    update_work_item(random.choice(items), {key: values[key]}, actor=actor)


def test_it_keeps_the_counts_true(cast: Cast) -> None:
    groups, random = make_assets(cast.organisation, 3), Random(7)  # noqa: S311 - a test's

    for _ in range(60):
        act(random, cast.organisation, groups)
        check_counts(groups)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_keeps_the_counts_true_when_many_act_at_once() -> None:
    cast = assemble()
    groups = make_assets(cast.organisation, 3)

    def work(seed: int) -> None:
        try:
            random = Random(seed)  # noqa: S311 - a test's
            for _ in range(15):
                act(random, cast.organisation, groups)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))

    check_counts(groups)
    numbers = list(WorkItem.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers))
