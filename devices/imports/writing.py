"""Devices of a batch made, changed, linked and handed over, all or none."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from assets.models import AssetGroup
from assets.services.drafts import AssetDraft
from config.api.errors import Refusal, all_of
from devices.imports.device_cells import Told
from devices.imports.finding import NamedDevices
from devices.imports.parents import Parents
from devices.imports.states import open_checkouts
from devices.models import Checkout, Device
from devices.services.creation import DeviceChange, create_devices, update_devices
from devices.services.custody import Handover, check_in, check_out, extend
from devices.services.drafts import DeviceDraft
from organisations.imports import Cells, Terms

# What the services of custody call a cell.
CUSTODY_WORDS = {
    "user_id": "checked_out_to",
    "location_id": "checked_out_location",
    "asset_id": "checked_out_to",
}


@dataclass(slots=True)
class Item:
    """A row on its way: its asset if there is one, and what is to be written."""

    place: int
    cells: Cells
    stored: AssetGroup | None = None
    draft: AssetDraft = field(default_factory=AssetDraft)
    body: Mapping[str, object] = field(default_factory=dict)
    told: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class Written:
    """The asset of a row, and the name of its parent where that is still to come."""

    key: int
    waits_for: str = ""


class DeviceWriter:
    """Writes the devices of a file; whoever is at fault is named by place."""

    def __init__(self, terms: Terms, devices: NamedDevices, parents: Parents) -> None:
        self.terms = terms
        self.devices = devices
        self.parents = parents

    def write(self, items: Sequence[Item]) -> list[Written]:
        """Write all rows, or raise with the refusals of those at fault in `parts`."""
        new = [place for place, one in enumerate(items) if one.stored is None]
        old = [place for place, one in enumerate(items) if one.stored is not None]
        keys: dict[int, int] = {}
        with _blaming(new, len(items)):
            keys |= self._make([items[place] for place in new], new)
        with _blaming(old, len(items)):
            keys |= self._change([items[place] for place in old], old)
        waiting = self._link_parents(items, keys)
        self._hand_over(items, keys)
        return [
            Written(keys[place], waiting.get(place, "")) for place in range(len(items))
        ]

    def link(self, pairs: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
        """Put assets under their parents."""
        self._set({key: {"parent_id": parent} for key, parent in pairs})
        return pairs

    def _make(self, items: Sequence[Item], places: Sequence[int]) -> dict[int, int]:
        if not items:
            return {}
        devices = create_devices(
            organisation=self.terms.organisation,
            pairs=[(one.draft, one.told.draft) for one in items],
            actor=self.terms.actor,
        )
        return {place: one.pk for place, one in zip(places, devices, strict=True)}

    def _change(self, items: Sequence[Item], places: Sequence[int]) -> dict[int, int]:
        if not items:
            return {}
        devices = update_devices(
            organisation=self.terms.organisation,
            changes=[
                DeviceChange(one.stored.pk, one.body, one.told.draft)
                for one in items
                if one.stored is not None
            ],
            actor=self.terms.actor,
        )
        return {place: one.pk for place, one in zip(places, devices, strict=True)}

    def _set(self, values: Mapping[int, Mapping[str, int | None]]) -> None:
        """Set columns of devices that differ."""
        stored = Device.objects.in_bulk(list(values))
        changes = [
            DeviceChange(key, {}, DeviceDraft(values=dict(wanted)))
            for key, wanted in values.items()
            if any(getattr(stored[key], name) != one for name, one in wanted.items())
        ]
        if changes:
            update_devices(
                organisation=self.terms.organisation,
                changes=changes,
                actor=self.terms.actor,
            )

    def _link_parents(
        self, items: Sequence[Item], keys: Mapping[int, int]
    ) -> dict[int, str]:
        """Put devices under their parents; return by place those still to come."""
        named = {place: one.told.parent for place, one in enumerate(items)}
        named = {place: text for place, text in named.items() if text}
        if not named:
            return {}
        # Parents may have been made a moment ago.
        self.devices.forget()
        self.parents.prepare(named.values())
        wanted: dict[int, int] = {}
        waiting: dict[int, str] = {}
        refused: dict[int, Refusal] = {}
        for place, text in named.items():
            try:
                parent = self.parents.find(text)
            except Refusal as refusal:
                refused[place] = refusal
                continue
            if parent is None:
                waiting[place] = text
            else:
                wanted[place] = parent.pk
        if refused:
            raise all_of(refused, of=len(items))
        self._put_under(wanted, keys, of=len(items))
        return waiting

    def _put_under(
        self, parents: Mapping[int, int], keys: Mapping[int, int], *, of: int
    ) -> None:
        stored = Device.objects.in_bulk([keys[place] for place in parents])
        places = [
            place
            for place, parent in parents.items()
            if stored[keys[place]].parent_id != parent
        ]
        with _blaming(places, of):
            self.link([(keys[place], parents[place]) for place in places])

    def _hand_over(self, items: Sequence[Item], keys: Mapping[int, int]) -> None:
        """Check assets out to whom the rows say; their users stay those of the rows."""
        wanted = {
            keys[place]: (place, one.told.handover)
            for place, one in enumerate(items)
            if one.told.handover is not None
        }
        if not wanted:
            return
        held = open_checkouts(list(wanted))
        rows = AssetGroup.objects.select_related("organisation").in_bulk(list(wanted))
        refused: dict[int, Refusal] = {}
        users: dict[int, dict[str, int | None]] = {}
        for key, (place, to) in wanted.items():
            try:
                is_new = self._hand(rows[key], to, held.get(key))
            except Refusal as refusal:
                refused[place] = in_cells(refusal)
                continue
            values = items[place].told.draft.values
            if is_new and "user_id" in values:
                users[key] = {"user_id": values["user_id"]}
        if refused:
            raise all_of(refused, of=len(items))
        self._set(users)

    def _hand(self, asset: AssetGroup, to: Handover, held: Checkout | None) -> bool:
        """Check an asset out, unless it is there already; tell whether it went."""
        actor = self.terms.actor
        if held is not None:
            if (held.user, held.location) == (to.user, to.location):
                if to.due_at is not None and to.due_at != held.due_at:
                    extend(held, to.due_at, actor=actor)
                return False
            check_in(asset, actor=actor)
        check_out(asset, to, actor=actor)
        return True


@contextmanager
def _blaming(places: Sequence[int], of: int) -> Iterator[None]:
    """Let refusals of some rows name them by their places among all."""
    try:
        yield
    except Refusal as refusal:
        parts = refusal.parts or ({0: refusal} if len(places) == 1 else {})
        if not parts:
            raise
        moved = {places[at]: one for at, one in parts.items()}
        raise all_of(moved, of=of) from refusal


def in_cells(refusal: Refusal) -> Refusal:
    """Return what the services of custody refuse by the names of cells."""
    errors = {
        CUSTODY_WORDS.get(key, key): refusal.errors[key] for key in refusal.errors
    }
    return Refusal(refusal.code, refusal.message, errors=errors)
