"""Files of links: which assets belong side by side."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from assets.models import AssetGroup
from config.api.errors import Refusal
from devices.imports.parts import DEVICE, PartLoader, met, refuse_first
from devices.models import AssetLink
from devices.services.links import link_assets
from devices.services.rows import without_device
from licensing.imports.licence_files import WrittenResource
from organisations.imports import (
    CREATED,
    SKIPPED,
    Cells,
    Column,
    Key,
    Outcome,
    Record,
    Terms,
    refused_for,
)
from organisations.imports.catalogue import key
from organisations.imports.exporting import CHUNK
from organisations.models import Organisation
from organisations.permissions import Permission

OTHER = "linked_to"
Pair = tuple[AssetGroup, AssetGroup]


class LinkLoader(PartLoader[Pair]):
    """Loads the rows of one file as links; which asset stands first does not matter."""

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.lines: dict[frozenset[int], int] = {}

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Find at once what the rows name."""
        rows = (Cells(record, self.columns) for record in records)
        self.devices.find_all({cells.text(OTHER) for cells in rows})
        return super().load(records)

    def read(self, cells: Cells, asset: AssetGroup) -> Pair:
        """Return the two assets of a row; raise what is wrong with it."""
        other = self.devices.need(cells.text(OTHER), field=OTHER)
        if not self.may_make_devices and without_device([other.pk]):
            refuse_first(OTHER)
        keys = frozenset({asset.pk, other.pk})
        first = self.lines.setdefault(keys, cells.record.line)
        if first != cells.record.line:
            reason = f"Line {first} links the same assets."
            raise Refusal("duplicate_row", reason, field=OTHER)
        return asset, other

    def write(self, items: Sequence[tuple[Cells, Pair]]) -> list[Outcome]:
        """Link those that are not linked yet."""
        keys = [one.pk for _, (one, _) in items] if self.is_matching else []
        linked = _linked(keys)
        return [self._written(cells, pair, linked) for cells, pair in items]

    def _written(
        self, cells: Cells, pair: Pair, linked: set[frozenset[int]]
    ) -> Outcome:
        one, other = pair
        if {one.pk, other.pk} in linked:
            return met(cells, self.terms, f"{one} and {other}") or SKIPPED
        try:
            link_assets(one, other, actor=self.terms.actor)
        except Refusal as refusal:
            said = Refusal(refusal.code, refusal.message, field=OTHER)
            return refused_for(cells, said)
        return CREATED


def _linked(assets: Sequence[int]) -> set[frozenset[int]]:
    """Return the pairs of linked assets, one of each among these."""
    pairs = AssetLink.objects.order_by().values_list("first_id", "second_id")
    found = pairs.filter(first__in=assets).union(pairs.filter(second__in=assets))
    return {frozenset(pair) for pair in found}


class LinkResource(WrittenResource):
    """Files with two assets a row that belong side by side."""

    name: ClassVar[str] = "links"
    keys: ClassVar[Sequence[Key]] = (
        DEVICE,
        key(OTHER, "linkedto", "linkedasset", "other", "otherdevice"),
    )
    needed: ClassVar[str | None] = Permission.MANAGE_DEVICES.value

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> LinkLoader:
        """Make ready to load."""
        return LinkLoader(terms, columns, unique)

    def rows_of(self, organisation: Organisation) -> Iterator[Sequence[str]]:
        """Return the links in the order of their making."""
        found: Any = AssetLink.objects.of(organisation).order_by("id")
        found = found.filter(first__deleted_at=None, second__deleted_at=None)
        numbers = ("first__formatted_number", "second__formatted_number")
        yield from found.values_list(*numbers).iterator(chunk_size=CHUNK)
