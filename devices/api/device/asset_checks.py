"""What is wrong with elements of POST /Asset beside their single members."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from assets.models import AssetGroup
from assets.services.creation import check_assets
from config.api.device.elements import Element, Problems
from config.api.errors import Refusal
from devices.api.device.asset_drafts import Writing
from devices.api.device.asset_items import note_new
from devices.services.creation import in_device_words
from devices.services.statuses import refused_statuses

NOT_ALLOWED = "The status is not one of the asset type's."
STAYS = "An asset stays with its client."
TWICE = "The asset is named twice."
FIELDS = "fields."
INDEXED = re.compile(r"\[(\d+)\]\.(.+)")
# The services' words for what a body has no member for.
WORDS = {"prefix_id": "inventory_number", "number": "inventory_number"}


def refuse_repeated(elements: Sequence[Element], problems: Problems) -> None:
    """Refuse an asset that two elements name, and one that is to change hands."""
    seen: set[int] = set()
    for element in elements:
        if element.is_new:
            continue
        if element.row.pk in seen:
            note_new(problems, element, {"id": [TWICE]})
        seen.add(element.row.pk)
        client = element.values.get("organisation")
        if client is not None and client.pk != element.row.organisation_id:
            note_new(problems, element, {"client_id": [STAYS]})


def refuse_statuses(elements: Sequence[Element], problems: Problems) -> None:
    """Refuse statuses that the type does not allow, unless they are there already."""
    wanted: dict[int, tuple[int, int]] = {}
    for element in elements:
        old = _standing(element, {})
        new = _standing(element, element.values)
        if None not in new and new != old:
            wanted[element.index] = new  # type: ignore[assignment]
    refused = refused_statuses(set(wanted.values()))
    for element in elements:
        if wanted.get(element.index) in refused:
            note_new(problems, element, {"status_id": [NOT_ALLOWED]})


def keep_governed_places(elements: Sequence[Element]) -> None:
    """Leave an asset its own place where an element only repeats that of its group.

    An asset of an active group is shown where the group is.
    """
    governed = {
        element.index: element.row.governed_by_id
        for element in elements
        if not element.is_new and element.row.governed_by_id
    }
    if not governed:
        return
    groups = AssetGroup.objects.filter(pk__in=set(governed.values()))
    places = dict(groups.values_list("pk", "location_id"))
    for element in elements:
        location = element.values.get("location")
        place = places.get(governed.get(element.index, 0))
        if location is not None and location.pk == place:
            del element.values["location"]


def _standing(
    element: Element, values: Mapping[str, Any]
) -> tuple[int | None, int | None]:
    """Return the type and the status that the element's asset has, or is to have."""
    keys = []
    for name in ("type", "status"):
        stored = None if element.is_new else getattr(element.row, f"{name}_id")
        row = values.get(name)
        keys.append((row.pk if row else None) if name in values else stored)
    return keys[0], keys[1]


@contextmanager
def noting(writings: Sequence[Writing], problems: Problems) -> Iterator[None]:
    """Note at each element what a service refuses of it; let other refusals through."""
    try:
        yield
    except Refusal as refusal:
        if refusal.status != HTTPStatus.BAD_REQUEST:
            raise
        for key, said in refusal.errors.items():
            for one, member in _at_fault(key, writings):
                note_new(problems, one.element, {in_element(member, one): said})


def _at_fault(key: str, writings: Sequence[Writing]) -> Sequence[tuple[Writing, str]]:
    """Return the elements that a key of a refusal means: by index, or by member."""
    indexed = INDEXED.fullmatch(key)
    if indexed is not None:
        return [(writings[int(indexed[1])], indexed[2])]
    asking = [one for one in writings if key in one.element.body]
    return [(one, key) for one in asking or writings[:1]]


def in_element(key: str, writing: Writing) -> str:
    """Return where in an element stands what a service calls so."""
    if key.startswith(FIELDS):
        return writing.paths.get(key.removeprefix(FIELDS), "fields")
    return WORDS.get(key, key)


def check_new(writings: Sequence[Writing], problems: Problems) -> None:
    """Note what else is wrong with assets to be made, once something is.

    That is what the rules of assets say of a type and its fields. So one answer names
    everything.
    """
    groups: dict[int, list[Writing]] = defaultdict(list)
    for one in writings:
        if one.element.is_new and one.organisation and one.body.get("type_id"):
            groups[one.organisation.pk].append(one)
    for these in groups.values():
        drafts = [one.pair[0] for one in these]
        for draft in drafts:
            draft.name = "any name"
        checked = check_assets(organisation=these[0].organisation, drafts=drafts)
        for one, found in zip(these, checked, strict=True):
            if isinstance(found, Refusal):
                for key, said in in_device_words(found).errors.items():
                    note_new(problems, one.element, {in_element(key, one): said})
