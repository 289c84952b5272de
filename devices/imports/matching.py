"""Which device of the register a row of a file means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models.functions import Length

from assets.models import AssetGroup
from config.api.errors import Refusal
from organisations.imports import LONGEST_NAME, Cells, squeezed
from organisations.models import Organisation

MATCHES = ("number", "serial", "inventory_number", "name")
KEYS = {"serial": "serial_number"}
PATHS = {
    "serial": "device__serial_number",
    "inventory_number": "device__inventory_number",
    "name": "name",
}
# What an asset has for itself: a row that says otherwise means another one.
TELLING = ("serial", "inventory_number")


@dataclass
class Way:
    """The assets by one of their texts, 0 where several have it, and the other way."""

    word: str
    text_of: Callable[[Cells], str]
    known: dict[str, int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)

    def keep(self, key: int, text: str) -> None:
        """Let an asset be found by a text."""
        if text:
            self.known[text] = 0 if text in self.known else key
            self.texts[key] = text


class Matching:
    """The single assets of an organisation by what tells devices apart in a file.

    By number, else by serial number, else by inventory number; by name where a file has
    none of these, or when that is asked for. Everything is read once, at the start.
    """

    def __init__(self, ways: Sequence[Way], nameless: Callable[[], Way]) -> None:
        self.ways = ways
        # How rows are found of which a file says nothing that tells them apart.
        self.make_nameless = nameless
        self.lines: dict[int, int] = {}

    def find(self, cells: Cells) -> int | None:
        """Return the id of the asset that the row means, if there is one.

        Raise `match_ambiguous` where several are alike, `duplicate_row` for a row that
        means the same asset as an earlier one.
        """
        said: dict[str, str] = {}
        several = ""
        for way in self.ways:
            text = way.text_of(cells)
            found = way.known.get(text) if text else None
            several = several or (way.word if found == 0 else "")
            if found and not self._says_otherwise(found, said):
                self._refuse_repeated(found, cells)
                return found
            if text:
                said[way.word] = text
        if not said:
            return self._nameless(cells)
        if several:
            key = KEYS.get(several, several)
            reason = f"Several assets have this {key.replace('_', ' ')}."
            raise Refusal("match_ambiguous", reason, field=key)
        return None

    def _nameless(self, cells: Cells) -> int | None:
        found = self.nameless.known.get(self.nameless.text_of(cells))
        if found:
            self._refuse_repeated(found, cells)
        return found or None

    @cached_property
    def nameless(self) -> Way:
        """The assets by names, for rows that are named after their lines."""
        return self.make_nameless()

    def _says_otherwise(self, found: int, said: Mapping[str, str]) -> bool:
        return any(
            way.texts.get(found, said[way.word]) != said[way.word]
            for way in self.ways
            if way.word in said and way.word in TELLING
        )

    def _refuse_repeated(self, found: int, cells: Cells) -> None:
        first = self.lines.setdefault(found, cells.record.line)
        if first != cells.record.line:
            raise Refusal("duplicate_row", f"Line {first} means the same asset.")


def matching(
    organisation: Organisation,
    match: str,
    placed: Mapping[str, Any],
    number_of: Callable[[Cells], str],
    stand_in: Callable[[Cells], str],
) -> Matching | None:
    """Say how rows are found: as `match` asks, else by all that the file has of it.

    `number_of` gives the series and the number of a row, `stand_in` the name of one
    that says nothing. Raise `match_unknown` when no column of the file holds what was
    asked for.
    """
    if match == "-":
        return None
    words = [word for word in MATCHES if KEYS.get(word, word) in placed]
    if match and match not in words:
        reason = f"No column of the file holds the {match} to match rows by."
        raise Refusal("match_unknown", reason)
    chosen = [match] if match else [word for word in words if word != "name"] or words
    ways = [_way(word, organisation, number_of) for word in chosen]

    def nameless() -> Way:
        way = _way("name", organisation, number_of)
        way.text_of = stand_in
        return way

    return Matching(ways, nameless)


def _way(
    word: str, organisation: Organisation, number_of: Callable[[Cells], str]
) -> Way:
    rows = AssetGroup.objects.of(organisation).present().single().order_by()
    if word == "number":
        way = Way(word, number_of)
        for prefix, number, key in rows.values_list("prefix_id", "number", "pk"):
            way.keep(key, f"{prefix}/{number}")
        return way
    column = KEYS.get(word, word)
    way = Way(word, lambda cells: squeezed(cells.text(column)))
    found = rows.values_list("pk", PATHS[word]).iterator(chunk_size=10_000)
    for asset, text in found:
        way.keep(asset, squeezed(text or ""))
    if word == "name":
        _keep_whole_names(way, rows)
    return way


def _keep_whole_names(way: Way, rows: Any) -> None:
    """Let assets be found by names that were cut and stand in their descriptions."""
    whole: dict[str, int] = {}
    long = rows.annotate(length=Length("description")).filter(length__gt=LONGEST_NAME)
    for asset, text in long.values_list("pk", "description").iterator(chunk_size=1_000):
        line = squeezed(text.partition("\n")[0])
        if len(line) > LONGEST_NAME:
            whole[line] = 0 if line in whole else asset
    way.known = whole | way.known
