"""What a POST brings: elements that each make or change a row, all or none."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers

from config.api.errors import FieldErrors, Refusal, as_refusal, invalid

MOST_ELEMENTS = 5_000
EXPECTED = f"An object, or an array of 1 to {MOST_ELEMENTS}, is expected."
NO_NAMES: Mapping[str, str] = {}
OF_INPUT = (Refusal, serializers.ValidationError, DjangoValidationError)


@dataclass
class Element:
    """One object of the body; `row` is what its id names, None makes a new row.

    `values` are what the serializer and the pairs made of it, by model field.
    """

    index: int
    body: Mapping[str, Any]
    row: Any = None
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether the element makes a row."""
        return self.row is None


class Problems:
    """Every error of every element, by wire key."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.found: dict[int, dict[str, list[str]]] = {}

    def note(
        self, element: Element, errors: FieldErrors, names: Mapping[str, str] = NO_NAMES
    ) -> None:
        """Add errors of an element; `names` translates model fields to wire keys."""
        known = self.found.setdefault(element.index, {})
        for key, sentences in errors.items():
            known.setdefault(names.get(key, key), []).extend(sentences)

    @contextmanager
    def of(
        self, element: Element, names: Mapping[str, str] = NO_NAMES
    ) -> Iterator[None]:
        """Note what is wrong with an element's input; let other refusals through."""
        try:
            yield
        except OF_INPUT as error:
            refusal = as_refusal(error)
            if refusal is None or refusal.status != 400:
                raise
            whole = {"non_field_errors": [refusal.message]}
            self.note(element, refusal.errors or whole, names)

    def are_of(self, element: Element) -> bool:
        """Tell whether something is wrong with the element."""
        return element.index in self.found

    def check(self) -> None:
        """Refuse the whole body if anything is wrong, several elements by index."""
        if not self.found:
            return
        errors: dict[str, Sequence[str]] = {}
        for index, own in sorted(self.found.items()):
            for key, sentences in own.items():
                errors[key if self.count == 1 else f"[{index}].{key}"] = sentences
        raise invalid(errors)


def read_elements(data: object) -> list[Element]:
    """Return the elements of a body, an array or one bare object."""
    bodies = data if isinstance(data, list) else [data]
    if not 1 <= len(bodies) <= MOST_ELEMENTS:
        raise Refusal("invalid_body", EXPECTED)
    wrong = [place for place, body in enumerate(bodies) if not isinstance(body, dict)]
    if wrong:
        keys = [f"[{place}]" if len(bodies) > 1 else "body" for place in wrong]
        raise invalid({key: ["An object is expected."] for key in keys})
    return [Element(place, body) for place, body in enumerate(bodies)]
