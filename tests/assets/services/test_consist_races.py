"""Groups and seats under many hands at once: nobody waits for ever, nothing breaks."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from assets.models import AssetGroup, GroupMember, WorkItem
from assets.services.changing import update_asset, update_assets
from assets.services.creation import create_assets
from assets.services.drafts import AssetDraft
from assets.services.groups import (
    add_to_group,
    create_group,
    move_in_group,
    remove_from_group,
)
from assets.services.removal import delete_asset, restore_asset
from assets.services.work_items import update_work_item
from config.api.errors import Refusal
from organisations.models import Organisation, Prefix, Subscription
from tests.factories.assets import make_asset, make_assets
from tests.factories.groups import make_group, make_unit
from tests.factories.logs import make_work_item
from tests.factories.organisations import (
    LocationFactory,
    OrganisationFactory,
    SubLocationFactory,
    SubscriptionFactory,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

WORKERS, ACTS = 8, 40
# What the register may say to people who get in each other's way.
EXPECTED = {
    "not_found",
    "asset_not_found",
    "asset_not_in_group",
    "order_out_of_range",
    "consist_duplicate",
    "consist_member_invalid",
    "group_invalid",
    "location_invalid",
    "subscription_allocation_failed",
}


def in_threads(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Let many act at once; return what each returned."""

    def run(number: int) -> Any:
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


class Hand:
    """Somebody who does this and that with the same few groups."""

    def __init__(self, organisation: Organisation, number: int) -> None:
        self.organisation, self.actor = organisation, organisation.owner
        self.chance = random.Random(number)  # noqa: S311 - the same acts every time
        self.said: Counter[str] = Counter()
        everything = AssetGroup.objects.of(organisation)
        self.assets = list(everything.single().order_by("pk"))
        self.groups = list(everything.groups().order_by("pk"))
        self.plans = list(Subscription.objects.of(organisation).order_by("pk"))
        self.items = list(WorkItem.objects.of(organisation).order_by("pk"))
        part = SubLocationFactory._meta.model.objects.get(organisation=organisation)
        self.place = {"location_id": part.location_id, "sub_location_id": part.pk}

        self.acts = [
            *(self.add, self.couple, self.remove, self.move, self.switch),
            *(self.place_it, self.assign, self.seat, self.change_many),
            *(self.drop, self.make, self.hand_over),
        ]

    def act(self) -> None:
        """Do something; note what the register refuses."""
        act = self.chance.choice(self.acts)
        try:
            act()
            self.said["done"] += 1
        except Refusal as refusal:
            self.said[refusal.code] += 1

    def asset(self) -> AssetGroup:
        return self.chance.choice(self.assets)

    def group(self) -> AssetGroup:
        return self.chance.choice(self.groups)

    def train(self) -> AssetGroup:
        return next(one for one in self._shuffled(self.groups) if not one.type_id)

    def unit(self) -> AssetGroup:
        return next(one for one in self._shuffled(self.groups) if one.type_id)

    def _shuffled(self, rows: list[AssetGroup]) -> Iterator[AssetGroup]:
        return iter(self.chance.sample(rows, len(rows)))

    def add(self) -> None:
        add_to_group(self.train(), self.asset(), actor=self.actor)

    def couple(self) -> None:
        add_to_group(self.train(), self.unit(), position=0, actor=self.actor)

    def remove(self) -> None:
        item = self.chance.choice([self.asset(), self.unit()])
        remove_from_group(self.train(), item, actor=self.actor)

    def move(self) -> None:
        order = self.chance.randrange(4)
        move_in_group(self.group(), self.asset(), order=order, actor=self.actor)

    def switch(self) -> None:
        body = {"active": self.chance.random() < 0.6}
        update_asset(self.group(), body, actor=self.actor)

    def place_it(self) -> None:
        row = self.chance.choice([self.group(), self.asset()])
        where = self.chance.choice([self.place, {"location_id": None}])
        update_asset(row, where, actor=self.actor)

    def assign(self) -> None:
        group = self.chance.choice([self.group().pk, None])
        update_asset(self.asset(), {"group_id": group}, actor=self.actor)

    def seat(self) -> None:
        plan = self.chance.choice([*self.plans, None])
        body = {"subscription_id": plan and plan.pk}
        update_asset(self.asset(), body, actor=self.actor)

    def change_many(self) -> None:
        rows = list(self._shuffled(self.assets))[:4]
        bodies = [(row.pk, {"description": f"{self.chance.random()}"}) for row in rows]
        update_assets(self.organisation, bodies, actor=self.actor)

    def drop(self) -> None:
        asset = self.asset()
        delete_asset(asset, actor=self.actor)
        restore_asset(asset, actor=self.actor)

    def hand_over(self) -> None:
        item = self.chance.choice(self.items)
        row = self.chance.choice([self.asset(), self.group()])
        update_work_item(item, {"asset_group_id": row.pk}, actor=self.actor)

    def make(self) -> None:
        if self.chance.random() < 0.5:
            ids = [row.pk for row in list(self._shuffled(self.assets))[:2]]
            body = {"ephemerality": 1, "consist_asset_group_ids": ids}
            create_group(organisation=self.organisation, body=body, actor=self.actor)
            return
        draft = AssetDraft(
            type_id=self.assets[0].type_id,
            group_id=self.group().pk,
            subscription_id=self.chance.choice(self.plans).pk,
            **self.place,
        )
        create_assets(organisation=self.organisation, drafts=[draft], actor=self.actor)


def test_it_keeps_groups_true_under_many_hands() -> None:
    organisation = OrganisationFactory()
    part = SubLocationFactory(
        location=LocationFactory(organisation=organisation), asset_capacity=30
    )
    SubscriptionFactory.create_batch(2, organisation=organisation, capacity=4)
    cars = make_assets(organisation, 8, location_id=part.location_id)
    make_group(organisation, *cars[:5], location_id=part.location_id)
    make_group(organisation, *cars[3:])
    make_unit(organisation, *cars[1:4], location_id=part.location_id)
    make_unit(organisation, cars[6])
    for car in cars:
        make_work_item(organisation, asset_group_id=car.pk)

    def act(number: int) -> Counter[str]:
        hand = Hand(organisation, number)
        for _ in range(ACTS):
            hand.act()
        return hand.said

    said = sum(in_threads(WORKERS, act), Counter[str]())

    assert said["done"] > WORKERS * ACTS / 2, said
    assert said.keys() <= {"done", *EXPECTED}
    look_at_groups(organisation)
    for row in AssetGroup.objects.of(organisation):
        assert row.open_work_item_count == row.work_items.count()
    for plan in Subscription.objects.of(organisation):
        seats = AssetGroup.objects.filter(subscription=plan).count()
        assert plan.allocated == seats <= 4


def look_at_groups(organisation: Organisation) -> None:
    """Compare what rows say of their groups with who stands where."""
    rows = AssetGroup.objects.of(organisation).in_bulk()
    members = GroupMember.objects.filter(group__in=rows).order_by("group", "position")
    stored: dict[int, list[GroupMember]] = {}
    governing: dict[int, list[tuple[Any, ...]]] = {}
    for one in members:
        group = rows[one.group_id]
        places = stored.setdefault(group.pk, [])
        assert one.position == len(places)
        places.append(one)
        assert group.deleted_at is None
        assert rows[one.asset_id].deleted_at is None
        if group.type_id:
            assert rows[one.asset_id].group_id == group.pk
        if group.active:
            assert group.activated_at is not None
            rank = (group.ephemerality, -group.activated_at.timestamp(), one.position)
            for key in {one.asset_id, one.source_group_id} - {None}:
                governing.setdefault(key, []).append((*rank, group.pk))
    for row in rows.values():
        first = min(governing.get(row.pk, [(0, 0, 0, None)]))
        assert (row.governed_by_id, row.position) == (first[3], first[2])
        units = {one.group_id for one in members if one.asset_id == row.pk}
        permanent = {key for key in units if rows[key].type_id}
        assert permanent == ({row.group_id} - {None})


def test_it_sells_ten_seats_to_fifty() -> None:
    organisation = OrganisationFactory()
    plan = SubscriptionFactory(organisation=organisation, capacity=10)
    kind = make_asset(organisation).type_id
    last = Prefix.objects.get(pk=organisation.default_prefix_id).last_number

    def make(number: int) -> str:
        draft = AssetDraft(type_id=kind, subscription_id=plan.pk)
        try:
            create_assets(
                organisation=organisation, drafts=[draft], actor=organisation.owner
            )
        except Refusal as refusal:
            return refusal.code
        return "done"

    said = Counter(in_threads(50, make))

    assert said == {"done": 10, "subscription_allocation_failed": 40}
    plan.refresh_from_db()
    assert plan.allocated == 10
    seated = AssetGroup.objects.filter(subscription=plan)
    # The refused ones took no number.
    numbers = sorted(seated.values_list("number", flat=True))
    assert numbers == list(range(last + 1, last + 11))


def test_it_swaps_seats_without_waiting_for_ever() -> None:
    organisation = OrganisationFactory()
    plans = SubscriptionFactory.create_batch(2, organisation=organisation, capacity=8)
    assets = make_assets(organisation, 8)

    def swap(number: int) -> None:
        for turn in range(20):
            body = {"subscription_id": plans[(number + turn) % 2].pk}
            update_asset(assets[number], body, actor=organisation.owner)

    in_threads(8, swap)

    for plan in plans:
        plan.refresh_from_db()
        seats = AssetGroup.objects.filter(subscription=plan).count()
        assert plan.allocated == seats == 4
