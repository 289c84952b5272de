"""How assets and groups are found among a million: by indexed columns only."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from assets.admin.value_search import with_value
from organisations.admin.ids import is_id
from organisations.admin.rights import desk_of
from organisations.models import Organisation, Prefix
from organisations.names import normalise_name, successor

# Beyond so many the database is left to choose its way.
MOST_ORGANISATIONS = 100
BEYOND = MOST_ORGANISATIONS + 1
MOST_PREFIXES = 500


def in_reach(request: HttpRequest) -> Q:
    """Name the organisations whose rows the person works on, for the index's sake."""
    memory = desk_of(request).memory
    if "in_reach" not in memory:
        mine = Organisation.objects.staffed_by(desk_of(request).actor).order_by()
        memory["in_reach"] = list(mine.values_list("pk", flat=True)[:BEYOND])
    ids: list[int] = memory["in_reach"]
    return Q() if len(ids) == BEYOND else Q(organisation__in=ids)


def matching(request: HttpRequest, term: str, found: Collection[int] = ()) -> Q:
    """Return the condition of a search for names that start so, numbers and ids.

    In a list, for values of custom fields as well. `found` are ids of rows that have
    been found otherwise.
    """
    conditions = [_named(term), *_numbered(request, term)]
    keys = {*found}
    if is_id(term):
        keys.add(int(term))
    match = request.resolver_match
    if match is None or match.url_name != "autocomplete":
        keys |= with_value(request, term)
    if keys:
        conditions.append(Q(pk__in=keys))
    return reduce(or_, conditions) & in_reach(request)


def _named(term: str) -> Q:
    key = normalise_name(term)
    if not key:
        return Q(pk__in=[])
    limit = successor(key)
    found = Q(normalised_name__gte=key)
    return found & Q(normalised_name__lt=limit) if limit else found


def _numbered(request: HttpRequest, term: str) -> Iterator[Q]:
    """Yield where in which series a text such as LOC-0042, or 42, is a number."""
    prefixes: QuerySet[Prefix] = Prefix.objects.staffed_by(desk_of(request).actor)
    series: dict[int, list[int]] = defaultdict(list)
    for prefix in prefixes.only("number_format")[:MOST_PREFIXES]:
        if number := number_in(prefix, term):
            series[number].append(prefix.pk)
    for number, keys in series.items():
        yield Q(prefix__in=keys, number=number)


def number_in(prefix: Prefix, term: str) -> int | None:
    """Return the number that a text stands for in a series, written out or bare."""
    if is_id(term):
        return int(term)
    before, _, after = prefix.number_format.partition("{n}")
    pattern = f"{re.escape(before)}(\\d+){re.escape(after)}"
    found = re.fullmatch(pattern, term, re.IGNORECASE | re.ASCII)
    digits = found[1] if found else ""
    return int(digits) if is_id(digits) else None
