"""Pairs such as `site_id` and `site_name` in a body: rows of the register.

The id wins; a name alone is resolved inside what the caller may see. An unknown row
and a foreign one are refused alike.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.exceptions import ValidationError

from config.api.device.elements import Element, Problems
from config.api.device.fields import DeviceId, DeviceString
from config.api.snowflake import serial_of

ID, NAME = DeviceId(), DeviceString()

# The rows that the caller may name, the user given.
Visible = Callable[[Any], "QuerySet[Any, Any]"]


def is_of(row: Any, organisation_id: int) -> bool:
    """Tell whether a row belongs to an organisation."""
    return bool(row.organisation_id == organisation_id)


@dataclass(frozen=True)
class Pair:
    """Two members of a body, `KEY_id` and `KEY_name`, and the model field they set.

    `required` is the sentence when a new row goes without. What a pair `within` names
    must be of the element's organisation; another pair may decide which that is, and
    stands before those within.
    """

    key: str
    field: str
    label: str
    visible: Visible
    name_key: str = ""
    name_column: str = "name"
    required: str = ""
    within: bool = True
    belongs: Callable[[Any, int], bool] = is_of

    @property
    def id_member(self) -> str:
        """The member with the id."""
        return f"{self.key}_id"

    @property
    def name_member(self) -> str:
        """The member with the name."""
        return self.name_key or f"{self.key}_name"


@dataclass(frozen=True)
class Asked:
    """What an element says in a pair: a serial or a name, or neither for none."""

    element: Element
    member: str
    serial: int | None = None
    name: str = ""


def asked_for(pair: Pair, element: Element) -> Asked | None:
    """Read the pair of an element; None when it has neither member."""
    body = element.body
    by_id, by_name = pair.id_member, pair.name_member
    if by_id not in body and by_name not in body:
        return None
    serial = _read(ID, by_id, body)
    if serial is not None:
        return Asked(element, by_id, serial=serial)
    return Asked(element, by_name, name=_read(NAME, by_name, body) or "")


def _read(field: Any, member: str, body: Any) -> Any:
    try:
        return field.run_validation(body.get(member))
    except ValidationError as error:
        raise ValidationError({member: error.detail}) from error


def resolve(
    pairs: Iterable[Pair],
    elements: Sequence[Element],
    problems: Problems,
    user: Any,
    owner_of: Callable[[Element], int | None],
) -> None:
    """Put the named rows into the elements' values; note those that are not found.

    Each pair is one query, however many elements there are.
    """
    for pair in pairs:
        asked = []
        for element in elements:
            with problems.of(element):
                found = asked_for(pair, element)
                if found is not None:
                    asked.append(found)
                elif element.is_new and pair.required:
                    _note_missing(pair, element, problems)
        _resolve_one(pair, asked, problems, user, owner_of)


def _note_missing(pair: Pair, element: Element, problems: Problems) -> None:
    if pair.field not in element.values:
        problems.note(element, {pair.id_member: [pair.required]})


def _resolve_one(
    pair: Pair,
    asked: Sequence[Asked],
    problems: Problems,
    user: Any,
    owner_of: Callable[[Element], int | None],
) -> None:
    rows = Found(pair, asked, user)
    for one in asked:
        element, owner = one.element, owner_of(one.element)
        if one.serial is None and not one.name:
            if not pair.required:
                element.values[pair.field] = None
            elif pair.field not in element.values:
                problems.note(element, {pair.id_member: [pair.required]})
            continue
        fitting = rows.fitting(one, owner)
        if fitting and pair.within and owner is None:
            # Which of them is meant is open while the owner is; that has been noted.
            continue
        if len(fitting) == 1:
            element.values[pair.field] = fitting[0]
        else:
            problems.note(element, {one.member: [_sentence(pair, one, fitting)]})


class Found:
    """The rows that the elements name, by serial and by name."""

    def __init__(self, pair: Pair, asked: Sequence[Asked], user: Any) -> None:
        self.pair = pair
        self.by_key: dict[int | str, list[Any]] = {}
        serials = {one.serial for one in asked if one.serial is not None}
        names = {one.name for one in asked if one.name}
        if not serials and not names:
            return
        column = pair.name_column
        wanted = Q(id__serial__in=serials) | Q(**{f"{column}__in": names})
        for row in pair.visible(user).filter(wanted):
            self.by_key.setdefault(serial_of(row.pk), []).append(row)
            self.by_key.setdefault(getattr(row, column), []).append(row)

    def fitting(self, one: Asked, owner: int | None) -> list[Any]:
        """Return the rows that an element may mean."""
        key = one.name if one.serial is None else one.serial
        rows = self.by_key.get(key, [])
        if not self.pair.within or owner is None:
            return rows
        return [row for row in rows if self.pair.belongs(row, owner)]


def _sentence(pair: Pair, one: Asked, fitting: Sequence[Any]) -> str:
    told = one.name if one.serial is None else one.serial
    if fitting:
        return f"{pair.label} {told} is not the only one; give its id."
    return f"{pair.label} {told} was not found."
