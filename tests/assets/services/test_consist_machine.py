"""Groups against a model of them: whatever people do, in whatever order."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from assets.ephemerality import ALONE, Ephemerality
from assets.models import AssetGroup, GroupMember
from assets.querysets import EFFECTIVE_LOCATION
from assets.services.changing import update_asset
from assets.services.groups import (
    add_to_group,
    create_group,
    move_in_group,
    remove_from_group,
)
from assets.services.removal import delete_asset, restore_asset
from config.api.errors import Refusal
from organisations.models import Change
from tests.assets.services.consist_model import (
    KEPT,
    Place,
    Refused,
    Spot,
    Thing,
    World,
)
from tests.examples import examples
from tests.factories.assets import AssetTypeFactory, make_assets
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    OrganisationFactory,
    SubLocationFactory,
)

# How many groups exist at once, and how many assets there are.
MOST_GROUPS, ASSETS = 6, 5

# A row by its place among those that qualify, so that shrinking finds the first.
some = st.integers(0, 11)
places = st.integers(0, 4)


def chosen(rows: list[int], number: int) -> int:
    """Return one of the rows."""
    return rows[number % len(rows)]


@contextmanager
def refused(expected: str | None) -> Iterator[None]:
    """Expect the register to refuse with the code, or not at all."""
    said = None
    try:
        with transaction.atomic():
            yield
    except Refusal as refusal:
        said = refusal.code
    assert said == expected


def foreseen(act: Callable[..., Any], *args: Any, **kwargs: Any) -> str | None:
    """Let the model act; return the code with which it refuses."""
    try:
        act(*args, **kwargs)
    except Refused as refusal:
        return str(refusal)
    return None


class Consists(RuleBasedStateMachine):
    """What members of an organisation do with their assets and groups."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.world = World()

    def teardown(self) -> None:
        """Look at the history, then forget everything."""
        try:
            if self.world.things:
                self.history_tells_what_is()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        """Make an organisation with assets, some in a fleet, and a crane."""
        self.organisation = OrganisationFactory()
        own = {"organisation": self.organisation}
        self.actor = self.organisation.owner
        yard, depot = LocationFactory(**own), LocationFactory(**own)
        track = SubLocationFactory(location=yard)
        self.spots: list[Spot | None] = [
            None,
            (yard.pk, track.pk),
            (depot.pk, None),
            (yard.pk, None),
        ]
        self.fleets = [None, FleetFactory(**own).pk, FleetFactory(**own).pk]
        kinds = {kind: self._type(kind) for kind in (0, 2, 3)}
        self.unit_type = kinds[2]
        rows = make_assets(self.organisation, ASSETS, type_id=kinds[0])
        rows += make_assets(
            self.organisation,
            type_id=kinds[3],
            ephemerality=Ephemerality.EQUIPMENT,
        )
        for row in rows:
            kind = Ephemerality(row.ephemerality)
            self.world.things[row.pk] = Thing(kind)
        for place in (0, 4):
            self.change_fleet(place, 1)
        # A unit of two cars in a train, each somewhere else.
        self.make_group(Ephemerality.PERMANENT, [1, 2], 2, 0, True)
        self.make_group(Ephemerality.TEMPORARY, [0, 6], 1, 0, True)
        assert len(self.groups) == 2

    def _type(self, kind: int) -> int:
        made = AssetTypeFactory(organisation=self.organisation, ephemerality=kind)
        return int(made.pk)

    def rows(self, *kinds: Ephemerality) -> list[int]:
        """Return the rows of these kinds that have not been deleted."""
        return [
            key
            for key, thing in self.world.things.items()
            if thing.kind in kinds and not thing.is_deleted
        ]

    def row(self, key: int) -> AssetGroup:
        """Read a row as a view does."""
        return AssetGroup.objects.get(pk=key)

    @property
    def groups(self) -> list[int]:
        """The groups there are."""
        return self.rows(Ephemerality.TEMPORARY, Ephemerality.PERMANENT)

    @property
    def items(self) -> list[int]:
        """What may be put into a group one by one: assets and permanent groups."""
        return self.rows(*ALONE, Ephemerality.PERMANENT)

    # What people do.

    @precondition(lambda self: len(self.groups) < MOST_GROUPS)
    @rule(
        kind=st.sampled_from([Ephemerality.TEMPORARY, Ephemerality.PERMANENT]),
        members=st.lists(some, min_size=1, max_size=4),
        spot=places,
        fleet=st.sampled_from([0, 0, 0, 1]),
        is_active=st.sampled_from([True, True, False]),
    )
    def make_group(
        self,
        kind: Ephemerality,
        members: list[int],
        spot: int,
        fleet: int,
        is_active: bool,
    ) -> None:
        """Make a group of assets; of groups too, when it is a temporary one."""
        everything = self.rows(*Ephemerality)
        if not everything:
            return
        ids = [chosen(everything, number) for number in members]
        if kind is Ephemerality.PERMANENT and members == [0]:
            ids = []
        where, whose = self.spots[spot % 4], self.fleets[fleet]
        expected, found = None, list[Place]()
        try:
            found = self.world.places_for(kind, ids, whose)
        except Refused as refusal:
            expected = str(refusal)
        body = {
            "ephemerality": int(kind),
            "type_id": self.unit_type if kind is Ephemerality.PERMANENT else None,
            "consist_asset_group_ids": ids,
            "fleet_id": whose,
            "active": is_active,
            **self._at(where),
        }
        with refused(expected):
            made = create_group(
                organisation=self.organisation, body=body, actor=self.actor
            )
        if expected is None:
            self.world.create(made.pk, Thing(kind, where, whose, is_active), found)

    @precondition(lambda self: self.groups and self.items)
    @rule(group=some, item=some, position=st.none() | places)
    def add(self, group: int, item: int, position: int | None) -> None:
        """Couple something to a group."""
        key, what = chosen(self.groups, group), chosen(self.items, item)
        group_row, item_row = self.row(key), self.row(what)
        with refused(foreseen(self.world.add, key, what, position)):
            add_to_group(group_row, item_row, position=position, actor=self.actor)

    @precondition(lambda self: self.groups and self.rows(Ephemerality.PERMANENT))
    @rule(group=some, unit=some)
    def couple(self, group: int, unit: int) -> None:
        """Couple a unit to a group."""
        unit = chosen(self.rows(Ephemerality.PERMANENT), unit)
        self.add(group, self.items.index(unit), None)

    @precondition(lambda self: self.groups and self.items)
    @rule(group=some, item=some)
    def remove(self, group: int, item: int) -> None:
        """Uncouple something, whether it is there or not."""
        self._remove(chosen(self.groups, group), chosen(self.items, item))

    @precondition(lambda self: self._members())
    @rule(member=some, as_whole=st.booleans())
    def uncouple(self, member: int, as_whole: bool) -> None:
        """Uncouple what is there, as it came in or alone."""
        group, (asset, source) = self._members()[member % len(self._members())]
        self._remove(group, source if as_whole and source else asset)

    def _remove(self, key: int, what: int) -> None:
        group_row, item_row = self.row(key), self.row(what)
        with refused(foreseen(self.world.remove, key, what)):
            remove_from_group(group_row, item_row, actor=self.actor)

    def _members(self) -> list[tuple[int, Place]]:
        return [(key, place) for key in self.groups for place in self._places_of(key)]

    def _places_of(self, key: int) -> list[Place]:
        return self.world.things[key].places

    @precondition(lambda self: self._members())
    @rule(member=some, order=places)
    def reorder(self, member: int, order: int) -> None:
        """Move a member to another place, or past the end."""
        group, (asset, _) = self._members()[member % len(self._members())]
        group_row, asset_row = self.row(group), self.row(asset)
        with refused(foreseen(self.world.move, group, asset, order)):
            move_in_group(group_row, asset_row, order=order, actor=self.actor)

    @precondition(lambda self: self.groups)
    @rule(group=some)
    def switch(self, group: int) -> None:
        """Switch a group on or off."""
        key = chosen(self.groups, group)
        is_on = self.world.things[key].is_active
        act = self.world.deactivate if is_on else self.world.activate
        act(key)
        update_asset(self.row(key), {"active": not is_on}, actor=self.actor)

    @precondition(lambda self: self.rows(*Ephemerality))
    @rule(row=some, spot=places)
    def move(self, row: int, spot: int) -> None:
        """Move an asset or a group elsewhere, or nowhere."""
        key = chosen(self.rows(*Ephemerality), row)
        where = self.spots[spot % 4]
        self.world.things[key].spot = where
        update_asset(self.row(key), self._at(where), actor=self.actor)

    def _at(self, spot: Spot | None) -> dict[str, Any]:
        location, part = spot or (None, None)
        return {"location_id": location, "sub_location_id": part}

    @precondition(lambda self: self.rows(Ephemerality.SINGLE))
    @rule(
        asset=some,
        group=st.none() | some,
        fleet=st.just(KEPT) | st.sampled_from([0, 1, 2]),
        spot=st.just(KEPT) | st.sampled_from([0, 1, 2]),
    )
    def assign(self, asset: int, group: int | None, fleet: Any, spot: Any) -> None:
        """Give an asset a group or none; a fleet and a place too, perhaps."""
        key = chosen(self.rows(Ephemerality.SINGLE), asset)
        wanted = None
        if group is not None and self.groups:
            wanted = chosen(self.groups, group)
        values: dict[str, Any] = {"group": wanted}
        body: dict[str, Any] = {"group_id": wanted}
        if fleet is not KEPT:
            body["fleet_id"] = values["fleet"] = self.fleets[fleet]
        if spot is not KEPT:
            values["spot"] = self.spots[spot % 4]
            body |= self._at(values["spot"])
        row = self.row(key)
        with refused(foreseen(self.world.change, key, **values)):
            update_asset(row, body, actor=self.actor)

    @precondition(lambda self: self.rows(*Ephemerality))
    @rule(row=some, fleet=st.sampled_from([0, 1, 1, 2]))
    def change_fleet(self, row: int, fleet: int) -> None:
        """Move an asset or a group to another fleet."""
        key, whose = chosen(self.rows(*Ephemerality), row), self.fleets[fleet]
        if self.world.things[key].kind in ALONE:
            expected = foreseen(self.world.change, key, fleet=whose)
        else:
            expected = foreseen(self.world.change_fleet, key, whose)
        with refused(expected):
            update_asset(self.row(key), {"fleet_id": whose}, actor=self.actor)

    @precondition(lambda self: self.rows(*Ephemerality))
    @rule(row=some)
    def delete(self, row: int) -> None:
        """Delete an asset or a group."""
        key = chosen(self.rows(*Ephemerality), row)
        self.world.delete(key)
        delete_asset(self.row(key), actor=self.actor)

    @precondition(lambda self: any(x.is_deleted for x in self.world.things.values()))
    @rule(row=some)
    def restore(self, row: int) -> None:
        """Bring a deleted row back."""
        gone = [key for key, thing in self.world.things.items() if thing.is_deleted]
        key = chosen(gone, row)
        self.world.restore(key)
        restore_asset(self.row(key), actor=self.actor)

    # What is true all the time.

    @invariant()
    def members_are_numbered_from_nought(self) -> None:
        """Every group has the places of the model, numbered 0 to n-1."""
        stored: dict[int, list[Place]] = defaultdict(list)
        for row in GroupMember.objects.order_by("group", "position"):
            assert row.position == len(stored[row.group_id])
            stored[row.group_id].append((row.asset_id, row.source_group_id))
        things = self.world.things.items()
        assert stored == {key: one.places for key, one in things if one.places}

    @invariant()
    def rows_know_who_governs_them(self) -> None:
        """Every row knows its governor and its position, its fleet and its place."""
        rows = AssetGroup.objects.annotate(at=EFFECTIVE_LOCATION).values_list(
            "pk", "governed_by", "position", "at", "active", "group", "fleet"
        )
        for key, governor, position, at, is_active, group, fleet in rows:
            thing = self.world.things[key]
            spot = self.world.spot_of(key)
            permanent = self.world.permanent_of(key)
            assert (governor, position) == self.world.governor_of(key)
            assert at == (spot[0] if spot else None)
            assert (is_active, fleet) == (thing.is_active, thing.fleet)
            assert group == (permanent if thing.kind in ALONE else None)

    @invariant()
    def groups_of_a_fleet_hold_its_assets(self) -> None:
        """A share of a fleet never shows an asset of another one inside a group."""
        strangers = GroupMember.objects.filter(group__fleet__isnull=False)
        for row in strangers.select_related("group", "asset"):
            assert row.group.fleet_id == row.asset.fleet_id

    def history_tells_what_is(self) -> None:
        """Replaying the history from the first row on ends at what is stored."""
        replayed: dict[int, dict[str, Any]] = defaultdict(dict)
        for change in Change.objects.filter(model="assetgroup").order_by("id"):
            values = replayed[change.object_id]
            if change.action == Change.Action.CREATED:
                values.update(change.new or {})
            elif change.action == Change.Action.CHANGED:
                assert values.get(change.field) == change.old or not change.old
                values[change.field] = change.new
        for row in AssetGroup.objects.all():
            values = replayed[row.pk]
            members = values.pop("assets", None) or []
            places = self.world.things[row.pk].places
            assert members == [str(asset) for asset, _ in places]
            now = {key: one for key, one in row.recorded().items() if one != ""}
            assert {key: values.get(key) for key in now} == now


@pytest.mark.django_db
def test_it_agrees_with_the_model_whatever_people_do() -> None:
    run_state_machine_as_test(
        Consists,
        settings=settings(
            max_examples=examples(5),
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
