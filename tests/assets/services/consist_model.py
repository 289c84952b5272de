"""What resolutions 4 to 11 say of groups, in plain Python and without a database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from assets.ephemerality import ALONE, Ephemerality

# An asset in a group, and the permanent group as part of which it came in.
Place = tuple[int, int | None]
# A location and a part of it.
Spot = tuple[int, int | None]


class Kept(Enum):
    """What a change does not name."""

    KEPT = "kept"


KEPT = Kept.KEPT


class Refused(Exception):
    """The model expects the register to refuse, with this code."""


@dataclass
class Thing:
    """An asset, a piece of equipment or a group."""

    kind: Ephemerality
    spot: Spot | None = None
    fleet: int | None = None
    is_active: bool = True
    is_deleted: bool = False
    places: list[Place] = field(default_factory=list)
    # The how-manieth activation of all it was.
    activated: int = 0


def everybody(places: Iterable[Place]) -> set[int]:
    """Return the assets, and the permanent groups that came in whole."""
    return {one for place in places for one in place if one is not None}


@dataclass
class World:
    """All rows of an organisation by id."""

    things: dict[int, Thing] = field(default_factory=dict)
    activations: int = 0

    # What is true now.

    def groups_with(self, key: int) -> list[int]:
        """Return the groups that the row is in, itself or as a whole."""
        return [
            one for one, group in self.things.items() if key in everybody(group.places)
        ]

    def permanent_of(self, key: int) -> int | None:
        """Return the permanent group that an asset is in."""
        permanent = [
            one
            for one in self.groups_with(key)
            if self.things[one].kind is Ephemerality.PERMANENT
        ]
        assert len(permanent) <= 1
        return permanent[0] if permanent else None

    def governor_of(self, key: int) -> tuple[int | None, int]:
        """Return the group that governs a row, and the row's position there."""
        active = [one for one in self.groups_with(key) if self.things[one].is_active]
        if not active:
            return None, 0
        first = min(active, key=self._rank)
        if self.things[first].kind is Ephemerality.PERMANENT:
            # A unit that is coupled goes where the train goes, and its cars with it.
            train, position = self.governor_of(first)
            if train is not None:
                return train, position
        places = self.things[first].places
        return first, next(n for n, place in enumerate(places) if key in place)

    def _rank(self, key: int) -> tuple[int, int]:
        group = self.things[key]
        return group.kind, -group.activated

    def spot_of(self, key: int) -> Spot | None:
        """Return where a row is: where its governing group is, else its own place."""
        governor, _ = self.governor_of(key)
        its = self.things[governor].spot if governor is not None else None
        return its or self.things[key].spot

    # What people do.

    def expand(self, key: int) -> list[Place]:
        """Return the places that a row named as a member stands for."""
        thing = self.things[key]
        if thing.kind in ALONE:
            return [(key, None)]
        if thing.kind is Ephemerality.TEMPORARY:
            return list(thing.places)
        return [(asset, key) for asset, _ in thing.places]

    def places_for(
        self, kind: Ephemerality, ids: Sequence[int], fleet: int | None
    ) -> list[Place]:
        """Return the places of a new group, or refuse them."""
        kinds = [self.things[key].kind for key in ids]
        if kind is Ephemerality.PERMANENT and any(one not in ALONE for one in kinds):
            raise Refused("consist_member_invalid")
        places = [place for key in ids for place in self.expand(key)]
        if len({asset for asset, _ in places}) < len(places):
            raise Refused("consist_duplicate")
        if not places and ids:
            raise Refused("consist_member_invalid")
        self._refuse_other_fleet(fleet, places)
        return places

    def _refuse_other_fleet(self, fleet: int | None, places: Iterable[Place]) -> None:
        fleets = {self.things[asset].fleet for asset, _ in places}
        if fleet is not None and fleets - {fleet}:
            raise Refused("asset_not_in_fleet")

    def create(self, key: int, group: Thing, places: Sequence[Place]) -> None:
        """Make a group with these members."""
        self.things[key] = group
        if group.kind is Ephemerality.PERMANENT:
            self.join(key, [asset for asset, _ in places])
        else:
            group.places = list(places)
        if group.is_active:
            self.activate(key)

    def activate(self, key: int) -> None:
        """Let the group govern before those that were activated earlier."""
        self.activations += 1
        self.things[key].activated = self.activations
        self.things[key].is_active = True

    def deactivate(self, key: int) -> None:
        """Release everybody."""
        self._release(key, everybody(self.things[key].places))
        self.things[key].is_active = False

    def _release(
        self, key: int, gone: Collection[int], stay: Collection[int] = ()
    ) -> None:
        """Leave those that go out where the group that governs them is."""
        rows = {*gone}
        if self.things[key].kind is Ephemerality.PERMANENT:
            train, _ = self.governor_of(key)
            if train is not None:
                coupled = everybody(self.things[train].places)
                self._leave_at(train, rows - coupled)
        else:
            units = [one for one in gone if self.things[one].kind not in ALONE]
            for unit in units:
                rows |= everybody(self.things[unit].places)
        self._leave_at(key, rows - {*stay})

    def _leave_at(self, key: int, rows: Collection[int]) -> None:
        """Leave those that the group governs where it is."""
        spot = self.things[key].spot
        governed = [one for one in rows if self.governor_of(one)[0] == key]
        for one in governed if spot else ():
            self.things[one].spot = spot

    def rewrite(self, key: int, places: Sequence[Place]) -> None:
        """Make these the places; who leaves is released, who is empty inactive."""
        group = self.things[key]
        if list(places) == group.places:
            return
        stay = everybody(places)
        self._release(key, everybody(group.places) - stay, stay)
        group.places = list(places)
        group.is_active = group.is_active and bool(places)

    def add(self, key: int, item: int, position: int | None) -> None:
        """Add an asset, or a permanent group's assets, to a temporary group."""
        group = self.things[key]
        self._refuse_unless_temporary(key)
        inside = {asset for asset, _ in group.places}
        added = [place for place in self.expand(item) if place[0] not in inside]
        if not added:
            return
        self._refuse_other_fleet(group.fleet, added)
        at = len(group.places) if position is None else position
        if at > len(group.places):
            raise Refused("order_out_of_range")
        self.rewrite(key, [*group.places[:at], *added, *group.places[at:]])

    def move(self, key: int, item: int, order: int) -> None:
        """Take an asset out of its place and put it in at `order`."""
        places = self.things[key].places
        moved = [place for place in places if place[0] == item]
        if not moved:
            raise Refused("asset_not_in_group")
        if order >= len(places):
            raise Refused("order_out_of_range")
        others = [place for place in places if place[0] != item]
        self.rewrite(key, [*others[:order], *moved, *others[order:]])

    def remove(self, key: int, item: int) -> None:
        """Take an asset, or what came in as a permanent group, out."""
        self._refuse_unless_temporary(key)
        places = self.things[key].places
        kept = [place for place in places if item not in place]
        if len(kept) == len(places):
            raise Refused("asset_not_in_group")
        self.rewrite(key, kept)

    def _refuse_unless_temporary(self, key: int) -> None:
        if self.things[key].kind is not Ephemerality.TEMPORARY:
            raise Refused("not_temporary")

    def join(self, key: int, assets: Sequence[int]) -> None:
        """Put assets at the end; a permanent group replaces the one before."""
        places = list(self.things[key].places)
        added = [one for one in assets if one not in {asset for asset, _ in places}]
        if self.things[key].kind is Ephemerality.PERMANENT:
            for asset in added:
                self.leave_permanent(asset)
        self.rewrite(key, [*places, *((asset, None) for asset in added)])

    def leave_permanent(self, asset: int) -> None:
        """Take an asset out of its permanent group, if it is in one."""
        old = self.permanent_of(asset)
        if old is not None:
            places = self.things[old].places
            self.rewrite(old, [place for place in places if place[0] != asset])

    def change(
        self,
        key: int,
        *,
        group: int | Kept | None = KEPT,
        fleet: int | Kept | None = KEPT,
        spot: Spot | Kept | None = KEPT,
    ) -> None:
        """Change an asset's group (or none), fleet and place, all at once."""
        asset = self.things[key]
        new_fleet = asset.fleet if fleet is KEPT else fleet
        if group is not KEPT and group is not None:
            is_named = fleet not in (KEPT, None) and group != self.permanent_of(key)
            its = self.things[group].fleet
            if its != new_fleet and (its is not None or is_named):
                raise Refused("group_not_in_fleet")
        if new_fleet != asset.fleet:
            staying = self._staying_in(key, group)
            fleets = {self.things[one].fleet for one in staying}
            if fleets - {None, new_fleet}:
                raise Refused("group_not_in_fleet")
        if group is None:
            self.leave_permanent(key)
        elif group is not KEPT:
            self.join(group, [key])
        asset.fleet = new_fleet
        asset.spot = asset.spot if spot is KEPT else spot

    def _staying_in(self, key: int, group: int | Kept | None) -> set[int]:
        """Return the groups of before that an asset does not leave for another."""
        before = set(self.groups_with(key))
        if group is KEPT:
            return before
        leaves = group is None or self.things[group].kind is Ephemerality.PERMANENT
        permanent = self.permanent_of(key)
        return {one for one in before if not (leaves and one == permanent)}

    def change_fleet(self, key: int, fleet: int | None) -> None:
        """Give a group another fleet, or none."""
        self._refuse_other_fleet(fleet, self.things[key].places)
        self.things[key].fleet = fleet

    def delete(self, key: int) -> None:
        """Take a row out of its groups, release its members, and hide it."""
        thing = self.things[key]
        if thing.kind in ALONE:
            for group in self.groups_with(key):
                self.rewrite(
                    group, [one for one in self.things[group].places if one[0] != key]
                )
        else:
            self.rewrite(key, [])
            governor, _ = self.governor_of(key)
            if governor is not None:
                self._leave_at(governor, [key])
            for one in self.things.values():
                one.places = [
                    (asset, None if source == key else source)
                    for asset, source in one.places
                ]
        thing.is_deleted = True

    def restore(self, key: int) -> None:
        """Show a deleted row again."""
        self.things[key].is_deleted = False
