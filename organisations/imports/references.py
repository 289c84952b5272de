"""The rows that cells of an import name, of every app: places, fleets, prefixes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError

from config.api.errors import Refusal, as_refusal
from organisations.imports.words import LONGEST_NAME, ShortNames, Terms, squeezed
from organisations.models import Fleet, Location, Prefix, SubLocation
from organisations.models.base import TenantRow
from organisations.services import rows

R = TypeVar("R", bound=TenantRow)
C = TypeVar("C", Fleet, Location)

LONGEST_PLACE_NAME = 200


@dataclass
class References(Generic[R]):
    """The rows of one kind by the texts that mean them, made when they may be.

    `noun` and `code` are how a text that means none is refused; `make` builds the
    unsaved row of a name, its whole text beside it.
    """

    terms: Terms
    noun: str
    code: str
    longest: int = LONGEST_NAME
    make: Callable[[str, str], R] | None = None
    known: dict[str, list[R]] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    # What cells meant so far, exactly as they are written.
    meant: dict[str, R] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = ShortNames(self.longest)

    def know(self, row: R, texts: Iterable[str]) -> None:
        """Let a row be found by these texts, without regard to case and spaces."""
        for text in {squeezed(text) for text in texts if text}:
            self.known.setdefault(text, []).append(row)
            self.names.keep(text)

    def find(self, text: str) -> R | Refusal:
        """Return the row that a cell means, or why there is none."""
        if text in self.meant:
            return self.meant[text]
        key = squeezed(text)
        found = self.known.get(key, [])
        if len(found) == 1:
            self.meant[text] = found[0]
            return found[0]
        if found:
            reason = f"{len(found)} {self.noun} rows are called '{text}'."
            return Refusal(self.code, reason)
        if key not in self.refusals:
            return self._made(text)
        return self.refusals[key]

    def _made(self, text: str) -> R | Refusal:
        key = squeezed(text)
        if self.make is None:
            reason = f"There is no {self.noun} '{text}'."
            self.refusals[key] = Refusal(self.code, reason)
            return self.refusals[key]
        try:
            whole = " ".join(text.split())
            short = self.names.shorten(whole) if self.terms.cut_names else whole
            row = self.make(short, whole)
            rows.create(row, actor=self.terms.actor)
        except (Refusal, ValidationError) as error:
            # Every error of these two kinds is a refusal.
            self.refusals[key] = as_refusal(error) or Refusal(self.code, text)
            return self.refusals[key]
        # Also by the name that it was cut to, as a later import will find it.
        self.know(row, [text, str(row)])
        self.made.append(str(row))
        return row


def meant(found: R | Refusal, field: str) -> R:
    """Return the row that a cell means, or refuse the cell."""
    if isinstance(found, Refusal):
        raise Refusal(found.code, found.message, field=field)
    return found


def spoken_description(name: str, whole: str) -> str:
    """Return the description of a row whose name was cut: the whole text."""
    return "" if len(whole) == len(name) else whole


def fleets(terms: Terms) -> References[Fleet]:
    """Fleets, by name or code."""
    return _coded(terms, Fleet, "fleet", can_make="fleets" in terms.missing)


def locations(terms: Terms) -> References[Location]:
    """Locations, by name or code."""
    return _coded(terms, Location, "location", can_make="locations" in terms.missing)


def _coded(terms: Terms, model: type[C], noun: str, *, can_make: bool) -> References[C]:
    def make(name: str, whole: str) -> C:
        return model(organisation=terms.organisation, name=name)

    found: References[C] = References(
        terms,
        noun,
        f"{noun}_invalid",
        longest=LONGEST_PLACE_NAME,
        make=make if can_make else None,
    )
    for row in model.objects.of(terms.organisation):
        found.know(row, [row.name, row.code])
    return found


def prefixes(terms: Terms) -> References[Prefix]:
    """Series of numbers, by their format with and without `{n}`, or description."""
    found: References[Prefix] = References(terms, "prefix", "prefix_invalid")
    for row in Prefix.objects.of(terms.organisation):
        bare = row.number_format.replace("{n}", "")
        found.know(row, [row.number_format, bare, bare.strip(" -_/"), row.description])
    return found


class SubLocations:
    """Sub-locations, by name or code within their location."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.places: dict[int, References[SubLocation]] = {}
        for row in SubLocation.objects.of(terms.organisation):
            self._at(row.location_id).know(row, [row.name, row.code])

    def find(self, text: str, location_id: int | None) -> SubLocation | Refusal:
        """Return the sub-location that a cell means in the row's location."""
        if location_id is None:
            reason = f"'{text}' needs a location that it is a part of."
            return Refusal("sub_location_invalid", reason)
        return self._at(location_id).find(text)

    @property
    def made(self) -> list[str]:
        """The names of those that were created."""
        return [name for place in self.places.values() for name in place.made]

    def _at(self, location_id: int) -> References[SubLocation]:
        if location_id not in self.places:
            self.places[location_id] = self._empty(location_id)
        return self.places[location_id]

    def _empty(self, location_id: int) -> References[SubLocation]:
        def make(name: str, whole: str) -> SubLocation:
            return SubLocation(
                organisation=self.terms.organisation,
                location_id=location_id,
                name=name,
            )

        return References(
            self.terms,
            "sub-location",
            "sub_location_invalid",
            longest=LONGEST_PLACE_NAME,
            make=make if "locations" in self.terms.missing else None,
        )
