"""Rows that the arrays inside an element name, resolved as an element's own pairs are.

Each kind is one query, however many elements and items there are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.models import AssetField
from config.api.device.elements import Element, Problems
from config.api.device.pairs import Pair, resolve
from config.api.device.serializers import MOST_ITEMS
from devices.models import DeviceAsset
from licensing.models import Licence, LicenceRole
from organisations.api.device.base import PERSON

Owner = Callable[[Element], int | None]
# The items of an array by the index of their element; what they name is in `values`.
Items = Mapping[int, Sequence[Element]]


@dataclass(frozen=True)
class Named(Pair):
    """A row that an item names by its own `id` or `name`."""

    @property
    def id_member(self) -> str:
        """The member with the id."""
        return "id"

    @property
    def name_member(self) -> str:
        """The member with the name."""
        return "name"


def own_fields(user: Any) -> Any:
    """Return the custom fields that a body may name."""
    return AssetField.objects.visible_to(user)


def own_licences(user: Any) -> Any:
    """Return the licences that a body may name."""
    return Licence.objects.present().visible_to(user)


def own_roles(user: Any) -> Any:
    """Return the roles of licences that a body may name."""
    return LicenceRole.objects.visible_to(user)


def own_assets(user: Any) -> Any:
    """Return the assets that a body may name."""
    return DeviceAsset.objects.present().visible_to(user)


FIELD = Named("field", "field", "Field", own_fields, required="A field is required.")
LICENCE = Named(
    "licence", "licence", "Licence", own_licences, required="A licence is required."
)
PARENT = Pair("parent", "parent", "Asset", own_assets)
OF_SOFTWARE = (
    Pair("licence", "licence", "Licence", own_licences),
    Pair("role", "role", "Role", own_roles),
    PERSON,
)
ARRAYS: Mapping[str, Sequence[Pair]] = {
    "customfields": (FIELD,),
    "fields": (FIELD,),
    "add_licences": (LICENCE,),
    "software": OF_SOFTWARE,
}


def note_new(
    problems: Problems, element: Element, errors: Mapping[str, Sequence[str]]
) -> None:
    """Note what is wrong with members of an element that nothing is known against."""
    known = problems.found.get(element.index, {})
    fresh = {key: said for key, said in errors.items() if key not in known}
    if fresh:
        problems.note(element, fresh)


def find_items(
    elements: Sequence[Element], problems: Problems, user: Any, owner_of: Owner
) -> dict[str, Items]:
    """Return the items of each array, with the rows that they name.

    What is not found is noted at its element, as `fields[0].id`.
    """
    found: dict[str, Items] = {}
    for member, pairs in ARRAYS.items():
        items = [one for element in elements for one in _items_of(element, member)]
        parts = _resolved(items, pairs, problems, user, owner_of)
        by_element: dict[int, list[Element]] = {one.index: [] for one in elements}
        for item, part in zip(items, parts, strict=True):
            by_element[item.element.index].append(part)
        found[member] = by_element
    return found


def find_parents(
    elements: Sequence[Element], problems: Problems, user: Any, owner_of: Owner
) -> None:
    """Put the asset above each element that names one into its values."""
    items = [
        Item(element, "", {"parent_id": element.body["parent_id"]})
        for element in elements
        if "parent_id" in element.body
    ]
    parts = _resolved(items, (PARENT,), problems, user, owner_of)
    for item, part in zip(items, parts, strict=True):
        if "parent" in part.values:
            item.element.values["parent"] = part.values["parent"]


@dataclass(frozen=True)
class Item:
    """An object inside an element, and where in it the object stands."""

    element: Element
    path: str
    body: Mapping[str, Any]


def _items_of(element: Element, member: str) -> list[Item]:
    """Return the objects of an array; what is none the serializer has refused."""
    sent = element.body.get(member)
    if not isinstance(sent, list) or len(sent) > MOST_ITEMS:
        return []
    return [
        Item(element, f"{member}[{place}].", body)
        for place, body in enumerate(sent)
        if isinstance(body, dict)
    ]


def _resolved(
    items: Sequence[Item],
    pairs: Sequence[Pair],
    problems: Problems,
    user: Any,
    owner_of: Owner,
) -> list[Element]:
    """Resolve the pairs of items as if each were an element of its own."""
    parts = [Element(at, item.body) for at, item in enumerate(items)]
    missing = Problems(len(parts))
    resolve(
        pairs, parts, missing, user, lambda part: owner_of(items[part.index].element)
    )
    for at, errors in missing.found.items():
        path = items[at].path
        said = {f"{path}{key}": errors[key] for key in errors}
        note_new(problems, items[at].element, said)
    return parts
