"""Files of custody that has ended: who had which device from when to when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from assets.imports import references
from assets.imports.authors import Authors
from assets.models import AssetGroup
from config.api.errors import Refusal
from devices.imports.device_cells import handover_of
from devices.imports.parts import DEVICE, PartLoader, met
from devices.imports.writing import in_cells
from devices.models import Checkout
from devices.services.custody import NOT_OUT, Handover, Return, record_past
from licensing.imports.finding import People
from licensing.imports.licence_files import WrittenResource
from organisations.imports import (
    CREATED,
    SKIPPED,
    Cells,
    Column,
    Key,
    Outcome,
    Terms,
    refused_for,
)
from organisations.imports.catalogue import key
from organisations.imports.exporting import CHUNK, as_cell
from organisations.imports.locations import names_of as location_names
from organisations.models import Organisation, User
from organisations.permissions import Permission

# The asset, and when it went and came back.
Time = tuple[int, datetime, datetime]


@dataclass(frozen=True, slots=True)
class Past:
    """What a row says: the device, who had it, and when it came back."""

    asset: AssetGroup
    to: Handover
    back: Return

    @property
    def time(self) -> Time | None:
        """What tells it from others; None of one that does not say since when."""
        since = self.to.since
        return None if since is None else (self.asset.pk, since, self.back.at)

    def differing(self, row: Checkout) -> str:
        """Return the key of the first cell that says something else of a checkout."""
        to = self.to
        said = {
            "checked_out_to": to.user == row.user and to.location == row.location,
            "due_at": to.due_at in {None, row.due_at},
            "checkout_note": to.note in {"", row.note},
        }
        return next((name for name, is_same in said.items() if not is_same), "")


class CheckoutLoader(PartLoader[Past]):
    """Loads the rows of one file as checkouts that have been returned.

    One is found by its device and both moments; what has been returned stays as it is.
    """

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.people = People(terms.organisation)
        self.authors = Authors(terms)
        self.locations = references.locations(terms)
        self.lines: dict[Time, int] = {}

    def read(self, cells: Cells, asset: AssetGroup) -> Past:
        """Return what a row says; raise what is wrong with it."""
        to = handover_of(cells, self.people, self.locations)
        if to is None:
            sentence = "It went to a user or to a location."
            raise Refusal("invalid_body", sentence, field="checked_out_to")
        at = cells.moment("returned_at")
        if at is None:
            sentence = "When it came back is required: who has it stands with devices."
            raise Refusal("invalid_body", sentence, field="returned_at")
        back = Return(
            at,
            returned_by=self._person(cells, "returned_by"),
            checked_out_by=self._person(cells, "checked_out_by"),
        )
        past = Past(asset, to, back)
        if past.time is not None:
            first = self.lines.setdefault(past.time, cells.record.line)
            if first != cells.record.line:
                reason = f"Line {first} is of the same device and moments."
                raise Refusal("duplicate_row", reason, field="device")
        return past

    def write(self, items: Sequence[tuple[Cells, Past]]) -> list[Outcome]:
        """Note those that are not there yet."""
        stored = self._stored([past for _, past in items])
        return [
            self._found(cells, past, stored[past.time])
            if past.time in stored
            else self._noted(cells, past)
            for cells, past in items
        ]

    def _person(self, cells: Cells, key_: str) -> User | None:
        """Return whom a cell names; who is not named is not known."""
        return self.authors.find(cells, key_) if cells.text(key_) else None

    def _noted(self, cells: Cells, past: Past) -> Outcome:
        try:
            record_past(past.asset, past.to, past.back, actor=self.terms.actor)
        except Refusal as refusal:
            return refused_for(cells, in_cells(refusal))
        return CREATED

    def _found(self, cells: Cells, past: Past, row: Checkout) -> Outcome:
        outcome = met(cells, self.terms, str(row))
        field = past.differing(row)
        if outcome is not None or not field:
            return outcome or SKIPPED
        reason = "The asset has been returned: what was told of it stays."
        return refused_for(cells, Refusal(NOT_OUT, reason, field=field))

    def _stored(self, told: Sequence[Past]) -> Mapping[Time | None, Checkout]:
        if not self.is_matching:
            return {}
        rows = Checkout.objects.select_related("asset", "user", "location").filter(
            asset__in={one.asset.pk for one in told},
            returned_at__in={one.back.at for one in told},
        )
        return {
            (row.asset_id, row.checked_out_at, row.returned_at): row
            for row in rows.order_by("-pk")
            if row.returned_at is not None
        }


class CheckoutResource(WrittenResource):
    """Files with a checkout a row that has been returned."""

    name: ClassVar[str] = "checkouts"
    keys: ClassVar[Sequence[Key]] = (
        DEVICE,
        key("checked_out_to", "user", "username", "person"),
        key("checked_out_location", "location"),
        key("checked_out_at", "checkoutdate", "since", "from"),
        key("checked_out_by", "handedoverby"),
        key("due_at", "duedate", "expectedcheckin"),
        key("returned_at", "checkindate", "until", "to"),
        key("returned_by", "takenbackby"),
        key("checkout_note", "note", "notes"),
    )
    needed: ClassVar[str | None] = Permission.MANAGE_DEVICES.value

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> CheckoutLoader:
        """Make ready to load."""
        return CheckoutLoader(terms, columns, unique)

    def rows_of(self, organisation: Organisation) -> Iterator[Sequence[str]]:
        """Return those that were returned, in the order of their making."""
        places = location_names(organisation)
        found: Any = Checkout.objects.of(organisation).exclude(returned_at=None)
        found = found.filter(asset__deleted_at=None).order_by("id")
        columns = (
            *("asset__formatted_number", "user__username", "location_id"),
            *("checked_out_at", "checked_out_by__username", "due_at"),
            *("returned_at", "returned_by__username", "note"),
        )
        for number, person, place, *rest in found.values_list(*columns).iterator(
            chunk_size=CHUNK
        ):
            where = places.get(place or 0, "")
            yield [number, as_cell(person), where, *map(as_cell, rest)]
