"""What a page of the composer holds: the members as they are dragged about, unsaved."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from django.db.models import QuerySet
from django.http import QueryDict

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup
from assets.services.composing import (
    RELATED,
    Conflict,
    Look,
    Take,
    look,
    settle,
    version_of,
)
from assets.services.groups import expand
from assets.services.membership import Place, places_of
from config.api.errors import Refusal
from organisations.admin.ids import is_id
from organisations.models import Change, Organisation

# What one page shows, and a browser posts; longer groups come in as files.
MOST_SHOWN = 500
PAIR = re.compile(r"(\d{1,19})(?:[.-](\d{1,19}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One member on the page."""

    position: int
    place: Place
    asset: AssetGroup | None
    unit: AssetGroup | None
    conflicts: Sequence[Conflict]

    @property
    def label(self) -> str:
        """What buttons and announcements call the member."""
        if self.asset is None:
            return f"asset {self.place.asset_id}"
        return f"{self.asset.formatted_number} {self.asset.name}"

    @property
    def value(self) -> str:
        """What the form posts of the member."""
        source = self.place.source_group_id
        return f"{self.place.asset_id}.{source}" if source else f"{self.place.asset_id}"

    @property
    def is_refused(self) -> bool:
        """Tell whether the group cannot be saved with this member."""
        return any(one.is_refused for one in self.conflicts)

    @property
    def location(self) -> object:
        """Where the asset is: where its group is, else its own place."""
        if self.asset is None:
            return None
        governing = self.asset.governed_by
        return (governing and governing.location) or self.asset.location


@dataclass(frozen=True, slots=True)
class Newer:
    """What others have made of a group since the page was opened."""

    assets: Sequence[AssetGroup]
    change: Change | None


@dataclass(slots=True)
class Sheet:
    """The members of a group, stored or not yet, and what the person does with them."""

    organisation: Organisation
    group: AssetGroup | None
    places: list[Place]
    version: str = ""
    term: str = ""
    # The button that was pressed, and who would be taken from which other group by it.
    asked: str = ""
    takes: Mapping[Take, AssetGroup] = field(default_factory=dict)
    agreed: frozenset[Take] = frozenset()
    # What is told above the members.
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def stored(cls, organisation: Organisation, group: AssetGroup | None) -> Self:
        """Return the members as they are."""
        places = places_of(group) if group else []
        version = version_of(group, places) if group else ""
        return cls(organisation, group, places, version)

    @classmethod
    def posted(
        cls, organisation: Organisation, group: AssetGroup | None, data: QueryDict
    ) -> Self:
        """Return the members as the page had them; what is no member is told."""
        texts = data.getlist("member")
        sheet = cls(
            organisation,
            group,
            settle(organisation, [Place(*pair) for pair in _pairs(texts)], group=group),
            version=data.get("version", ""),
            term=data.get("term", "").strip(),
            asked=data.get("act", ""),
            agreed=frozenset(
                (first, second)
                for first, second in _pairs(data.getlist("agreed"))
                if second is not None
            ),
        )
        if len(sheet.places) < len(texts):
            sheet.problems.append("Something of the form names no member.")
        return sheet

    def refuse_too_many(self) -> None:
        """Refuse more members than a page shows."""
        if len(self.places) > MOST_SHOWN:
            sentence = f"At most {MOST_SHOWN} members are put together here."
            raise Refusal("consist_member_invalid", sentence)

    def act(self, what: str, key: int) -> None:
        """Move, remove or add what has the id; nothing is stored."""
        match what:
            case "up":
                self._move(key, -1)
            case "down":
                self._move(key, 1)
            case "remove":
                self.places = [
                    one
                    for one in self.places
                    if key not in {one.asset_id, one.source_group_id}
                ]
            case "add":
                self._add(key)

    def _move(self, key: int, by: int) -> None:
        ids = [one.asset_id for one in self.places]
        if key not in ids:
            return
        at = ids.index(key)
        moved = self.places.pop(at)
        self.places.insert(max(0, at + by), moved)

    def _add(self, key: int) -> None:
        """Add an asset, or the members of a group, at the end."""
        item = self._offered().filter(pk=key).first()
        if item is None:
            self.problems.append(f"There is no asset or group {key}.")
            return
        inside = {one.asset_id for one in self.places}
        found = expand(item)
        added = [one for one in found if one.asset_id not in inside]
        if len(inside) + len(added) > MOST_SHOWN:
            told = f"At most {MOST_SHOWN} members are put together here."
            self.problems.append(told)
            return
        self.places += added
        if not added:
            why = "is in the list already" if found else "has no members"
            self.notes.append(f"{item} {why}.")
        else:
            self.notes.append(f"Added {item}.")

    def _offered(self) -> "QuerySet[AssetGroup]":
        rows = AssetGroup.objects.of(self.organisation).present()
        found: QuerySet[AssetGroup] = rows.select_related(*RELATED)
        return found.exclude(pk=self.group.pk) if self.group else found

    def offered(self) -> "QuerySet[AssetGroup]":
        """Return what may be searched: all but the group, and what is in it already."""
        return self._offered().exclude(pk__in=[one.asset_id for one in self.places])

    def _newer(self) -> "Newer | None":
        """Return what the group is now, unless it is what the page started from."""
        if self.group is None:
            return None
        places = places_of(self.group)
        if version_of(self.group, places) == self.version:
            return None
        ids = [one.asset_id for one in places]
        rows = AssetGroup.objects.of(self.organisation).in_bulk(ids)
        last = Change.objects.filter(model="assetgroup", object_id=self.group.pk)
        return Newer([rows[key] for key in ids], last.order_by("-id").first())

    def adopt_version(self) -> None:
        """Take what is stored now for what the page started from."""
        self.version = type(self).stored(self.organisation, self.group).version
        self.notes.append("Look once more: saving now replaces what is stored.")

    def shown(self, fleet_id: int | None) -> dict[str, object]:
        """Return what the page shows of the members of a group of the fleet."""
        seen = look(self.organisation, self.places, group=self.group, fleet_id=fleet_id)
        lines = self._lines(seen)
        return {
            "sheet": self,
            "group": self.group,
            "lines": lines,
            "refused": sum(line.is_refused for line in lines),
            "contested": sum(bool(line.conflicts) for line in lines),
            "takes": [
                (f"{key}-{other}", seen.rows[key], row)
                for (key, other), row in self.takes.items()
            ],
            "newer": self._newer(),
        }

    def _lines(self, seen: Look) -> list[Line]:
        return [
            Line(
                index,
                place,
                seen.rows.get(place.asset_id),
                seen.rows.get(place.source_group_id or 0),
                seen.conflicts[place.asset_id],
            )
            for index, place in enumerate(self.places, start=1)
        ]


def is_composed(group: AssetGroup) -> bool:
    """Tell whether members are put together by hand: those of temporary groups."""
    return group.ephemerality == Ephemerality.TEMPORARY


def _pairs(texts: Sequence[str]) -> list[tuple[int, int | None]]:
    """Read ids, alone or with a second one; leave out what is none."""
    found: list[tuple[int, int | None]] = []
    for text in texts:
        match = PAIR.fullmatch(text)
        if match is None or not all(is_id(one) for one in match.groups() if one):
            continue
        found.append((int(match[1]), int(match[2]) if match[2] else None))
    return found
