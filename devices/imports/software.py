"""Files of the programs that devices have."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from assets.models import AssetGroup
from config.api.errors import Refusal
from devices.imports.parts import DEVICE, PartLoader, met
from devices.models import Software, SoftwareTitle
from devices.services.drafts import SoftwareDraft
from devices.services.software import upsert_software
from licensing.imports.columns import read_columns
from licensing.imports.finding import Licences, People
from licensing.imports.licence_files import WrittenResource, parent_names
from organisations.imports import (
    CREATED,
    SKIPPED,
    Cells,
    Column,
    Key,
    Note,
    Outcome,
    Record,
    Terms,
    changed,
    refused_for,
    squashed,
    squeezed,
)
from organisations.imports.batches import write_all
from organisations.imports.exporting import CHUNK, as_cell
from organisations.models import Organisation
from organisations.names import clean_name
from organisations.permissions import Permission

PLAIN = (
    *("count", "install_date", "expiry_date", "lastused", "cost", "bundledesc"),
    *("licence_required", "moduleid", "snowid"),
)
WRITTEN = ("device", "name", "version", "licence", "role", "user", *PLAIN)


def _key(name: str, *synonyms: str, type: str = "text") -> Key:
    return Key(name, (squashed(name), *synonyms), type)


KEYS = (
    DEVICE,
    _key("name", "software", "softwarename", "application", "program", "title"),
    _key("version", "softwareversion"),
    _key("architecture", "arch"),
    _key("licence", "license", "licencename", "licensename"),
    _key("role", "rolename"),
    _key("user", "username"),
    _key("count", "quantity", type="integer"),
    _key("install_date", "installed", "installdate"),
    _key("expiry_date", "expirydate", "expires"),
    _key("lastused"),
    _key("cost"),
    _key("bundledesc", "bundle"),
    _key("licence_required", "licenserequired", type="boolean"),
    _key("moduleid", type="integer"),
    _key("snowid"),
)
NAMED = {"id", "organisation", "asset", "title", "licence", "role", "user"}


@dataclass(frozen=True, slots=True)
class Installed:
    """A program that a row finds on a device."""

    asset: AssetGroup
    draft: SoftwareDraft
    architecture: str

    @property
    def key(self) -> tuple[int, str, str]:
        """What tells programs apart."""
        return self.asset.pk, self.draft.name, self.draft.version


class SoftwareLoader(PartLoader[Installed]):
    """Loads the rows of one file as programs on devices, by name and version.

    A program in several architectures is one, with their count. What a file does not
    name stays as it is.
    """

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.people = People(terms.organisation)
        self.licences = Licences(terms.organisation)
        # The architectures of each program, and the lines that had them.
        self.announced: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self.lines: dict[tuple[int, str, str], dict[str, int]] = defaultdict(dict)
        self.counted = 0

    @property
    def needs_look(self) -> bool:
        """Tell whether architectures are to be counted."""
        return "architecture" in self.columns

    @property
    def notes(self) -> list[Note]:
        """Tell which rows are counted with others."""
        if not self.counted:
            return []
        message = "Rows of a further architecture are counted with the program."
        return [Note("architectures_counted", message, self.counted)]

    def look(self, record: Record) -> None:
        """Note an architecture in which a program is there."""
        cells = Cells(record, self.columns)
        self.announced[_called(cells)].add(squeezed(cells.text("architecture")))

    def read(self, cells: Cells, asset: AssetGroup) -> Installed:
        """Return what a row says; raise what is wrong with it."""
        name, version = cells.text("name"), cells.text("version")
        title = SoftwareTitle(name=clean_name(name), version=clean_name(version))
        title.clean_fields(exclude={"id", "organisation"})
        values = read_columns(cells, Software, PLAIN)
        if text := cells.text("licence"):
            values["licence_id"] = self.licences.need(text, field="licence")
        if text := cells.text("role"):
            licence = values.get("licence_id")
            values["role_id"] = self.licences.need_role(licence, text, field="role")
        if text := cells.text("user"):
            values["user_id"] = self.people.need(text, field="user")
        Software(**values).clean_fields(exclude=NAMED)
        several = len(self.announced.get(_called(cells), ()))
        if several > 1:
            values.setdefault("count", several)
        draft = SoftwareDraft(title.name, title.version, values)
        return Installed(asset, draft, squeezed(cells.text("architecture")))

    def write(self, items: Sequence[tuple[Cells, Installed]]) -> list[Outcome]:
        """Write the programs in one call; those told twice count once."""
        outcomes = [SKIPPED] * len(items)
        stored = self._stored([one for _, one in items])
        places: list[int] = []
        for place, (cells, one) in enumerate(items):
            outcome = self._repeated(cells, one)
            if outcome is None and one.key in stored:
                outcome = met(cells, self.terms, one.draft.name)
            if outcome is None:
                places.append(place)
            else:
                outcomes[place] = outcome
        # What the service writes is not what was read before.
        before = {key: row.recorded() for key, row in stored.items()}
        results = write_all([items[place][1] for place in places], self._upsert)
        for place, result in zip(places, results, strict=True):
            cells, one = items[place]
            if isinstance(result, Refusal):
                outcomes[place] = refused_for(cells, result)
            elif one.key in before:
                both = before[one.key], result.recorded()
                outcomes[place] = changed(cells.record.line, str(result), *both)
            else:
                outcomes[place] = CREATED
        return outcomes

    def _repeated(self, cells: Cells, one: Installed) -> Outcome | None:
        """Count a further architecture; refuse the same program once more."""
        seen = self.lines[one.key]
        first = seen.get(one.architecture)
        if first is not None:
            reason = f"Line {first} is the same program."
            return refused_for(cells, Refusal("duplicate_row", reason))
        is_further = bool(seen)
        seen[one.architecture] = cells.record.line
        self.counted += is_further
        return SKIPPED if is_further else None

    def _stored(
        self, items: Sequence[Installed]
    ) -> dict[tuple[int, str, str], Software]:
        if not self.is_matching:
            return {}
        rows = Software.objects.filter(
            asset__in={one.asset.pk for one in items},
            title__name__in={one.draft.name for one in items},
        )
        return {
            (row.asset_id, row.title.name, row.title.version): row
            for row in rows.select_related("title")
        }

    def _upsert(self, items: Sequence[Installed]) -> list[Software]:
        drafts: dict[int, list[SoftwareDraft]] = defaultdict(list)
        for one in items:
            drafts[one.asset.pk].append(one.draft)
        assets = {one.asset.pk: one.asset for one in items}
        pairs = [(assets[key], some) for key, some in drafts.items()]
        rows = upsert_software(pairs, actor=self.terms.actor)
        by_key = {
            (row.asset_id, row.title.name, row.title.version): row for row in rows
        }
        return [by_key[one.key] for one in items]


def _called(cells: Cells) -> tuple[str, ...]:
    return tuple(clean_name(cells.text(key)) for key in ("device", "name", "version"))


class SoftwareResource(WrittenResource):
    """Files with a program on a device a row."""

    name: ClassVar[str] = "software"
    keys: ClassVar[Sequence[Key]] = KEYS
    written: ClassVar[Sequence[str]] = WRITTEN
    needed: ClassVar[str | None] = Permission.MANAGE_DEVICES.value

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> SoftwareLoader:
        """Make ready to load."""
        return SoftwareLoader(terms, columns, unique)

    def rows_of(self, organisation: Organisation) -> Iterator[Sequence[str]]:
        """Return the programs of each device by name and version."""
        licences = parent_names(organisation)
        rows: Any = Software.objects.of(organisation).on_present_assets()
        rows = rows.select_related("asset", "title", "role", "user").order_by(
            "asset__formatted_number", "title__name", "title__version", "pk"
        )
        for row in rows.iterator(chunk_size=CHUNK):
            licence = licences.get(row.licence_id, "")
            yield [
                row.asset.formatted_number,
                row.title.name,
                row.title.version,
                licence,
                row.role.name if row.role and licence else "",
                row.user.username if row.user else "",
                *(as_cell(getattr(row, name)) for name in PLAIN),
            ]
