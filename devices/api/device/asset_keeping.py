"""Lists of assets whose SQL is kept: where nothing but values decides the matches.

Writing the SQL of a list costs several times what the database takes to run it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Func, IntegerField, QuerySet
from django.db.models import Window as Over

from config.api.device.lists import ORDERS, Window
from config.api.device.pages import Keys
from config.api.device.values import Query
from config.api.kept import Value, kept_rows, kept_slice
from config.api.snowflake import serial_of
from devices.api.device.asset_parameters import shown_activity
from devices.models import DeviceAsset
from devices.querysets import MOST_WORDS, Word, read_words
from organisations.querysets import Sight

Rows = QuerySet[Any, Any]
TAG_ONLY = "search_inventory_number_only"
# What decides the SQL by itself, and no other parameter does.
FLAGS = ("activeinactive", "includeactive", "includeinactive", TAG_ONLY)
# What asks for more than the matches.
ELSEWHERE = frozenset({"includechildren", "includeassetfields"})
CLIENTS = frozenset({"client_id", "client_ids"})
# What a word is, and what stands in its place where that does not matter.
TOLD = ("text", "name", "choice", "people", "choices")
SOMETHING: Any = "?"
# Counts without grouping.
COUNT = Func(template="COUNT(*)", output_field=IntegerField())


@dataclass(frozen=True)
class Shape:
    """What decides the SQL of a list, beside the values in it.

    `compared` are the parameters whose values stand in it; the `words` tell what they
    are compared as, but nothing of what they are.
    """

    view: type[Any]
    compared: tuple[str, ...]
    flags: tuple[tuple[str, Any], ...]
    order: tuple[tuple[str, str], ...]
    words: tuple[Word, ...]
    has_fleets: bool

    def rows(self, values: Sequence[Any]) -> Rows:
        """Return the rows that match these values, in their order."""
        left = iter(values)
        view = self.view()
        view.sight = Sight(next(left), next(left) if self.has_fleets else ())
        view.query = Query(dict(self.order))
        view.asked = dict(self.flags) | {name: next(left) for name in self.compared}
        words = [
            replace(one, **{name: next(left) for name in _told(one)})
            for one in self.words
        ]
        found: Rows = view.narrowed({}).with_words(words)
        return found.order_by(*view.order({}))


@dataclass(frozen=True)
class KeptMatches:
    """The matches of a list, by the shape of its SQL and the values in it."""

    shape: Shape
    values: tuple[Value, ...]
    model = DeviceAsset

    def keys(self, window: Window, *, counted: bool) -> Keys:
        """Return the keys of a page; count for the first in the same pass, if asked."""
        page = slice(window.first, window.first + window.size)
        if window.first or not counted:
            rows = kept_slice(page, _keys, *self.values, shape=self.shape)
            return Keys([key for (key,) in rows])
        rows = kept_slice(page, _counted, *self.values, shape=self.shape)
        return Keys([key for key, _ in rows], rows[0][1] if rows else 0)

    def count(self) -> int:
        """Count the matches."""
        ((count,),) = kept_rows(_count, *self.values, shape=self.shape)
        return int(count)


def _keys(*values: Any, shape: Shape) -> Rows:
    found: Rows = shape.rows(values).values_list("pk")
    return found


def _counted(*values: Any, shape: Shape) -> Rows:
    rows = shape.rows(values).annotate(record_count=Over(Count("*")))
    found: Rows = rows.values_list("pk", "record_count")
    return found


def _count(*values: Any, shape: Shape) -> Rows:
    found: Rows = shape.rows(values).order_by().values_list(COUNT)
    return found


def kept_matches(view: Any) -> KeptMatches | None:
    """Return the matches of a view's list, None where no SQL of it is kept."""
    asked = view.asked
    narrowing = [one for one in view.parameters if one.name in asked and one.narrow]
    if (
        not all(one.compares for one in narrowing)
        or ELSEWHERE & asked.keys()
        or view.query.is_sent("advanced_search")
        or not any(shown_activity(asked))
    ):
        return None
    by_tag_only = bool(asked.get(TAG_ONLY))
    texts = view.query.text("search")
    if len(texts.split()) > MOST_WORDS:
        return None
    words = read_words(texts, by_tag_only=by_tag_only)
    sight, compared = view.sight, tuple(one.name for one in narrowing)
    if not sight.fleets:
        # All is of organisations that are known: no others need be looked up.
        sight = _of_clients(sight, asked)
        compared = tuple(name for name in compared if name not in CLIENTS)
    shape = Shape(
        view=type(view),
        compared=compared,
        flags=tuple((name, asked[name]) for name in FLAGS if name in asked),
        order=tuple(_order(view.query)),
        words=tuple(_like(one) for one in words),
        has_fleets=bool(sight.fleets),
    )
    values = [sight.organisations, *([sight.fleets] if sight.fleets else ())]
    values += [asked[name] for name in compared]
    values += [value for one in words for value in _told(one).values()]
    return KeptMatches(shape, tuple(values))


def _of_clients(sight: Sight, asked: Mapping[str, Any]) -> Sight:
    """Narrow what is seen to the clients that are asked for."""
    found: Iterable[int] = sight.organisations
    if "client_id" in asked:
        found = [key for key in found if serial_of(key) == asked["client_id"]]
    if "client_ids" in asked:
        found = [key for key in found if serial_of(key) in asked["client_ids"]]
    return Sight(tuple(found), ())


def _told(word: Word) -> dict[str, Value]:
    """Return what a word is, by its fields; nothing of what cannot be found."""
    told = {name: getattr(word, name) for name in TOLD}
    return {name: value for name, value in told.items() if value or value == ""}


def _like(word: Word) -> Word:
    """Return what a word is compared as, whatever it is."""
    return replace(word, **dict.fromkeys(_told(word), SOMETHING))


def _order(query: Query) -> Iterator[tuple[str, str]]:
    """Return what a query says of the order."""
    for place in ORDERS:
        for name in (f"order{place}", f"orderdesc{place}"):
            if query.is_sent(name):
                yield name, query.text(name).lower()
