"""Members that an answer has only when a parameter asks for them.

A view names them in its tables, and the OpenAPI document shows them as optional.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from config.api.rows import SerializerClass

Shape = Callable[..., Any]


@dataclass(frozen=True)
class Extra:
    """A member, the parameter that asks for it, and the field that describes it.

    `is_answered` says that the answer to a POST has it unasked.
    """

    member: str
    asked_by: str
    shape: Shape
    is_answered: bool = False

    def field(self) -> Any:
        """Return the field, with who asks for it as its description."""
        said = f"Only with `{self.asked_by}`"
        if self.is_answered:
            said += ", and in the answer to a POST"
        return self.shape(read_only=True, help_text=f"{said}.")


Extras = Sequence[Extra]


class Described:
    """A serializer that describes answers in the document, and renders none."""


def many(serializer: SerializerClass) -> Shape:
    """Return the shape of an array."""
    return partial(serializer, many=True)


def one(serializer: SerializerClass) -> Shape:
    """Return the shape of one object, or null."""
    return partial(serializer, allow_null=True)


def fields_of(extras: Iterable[Extra]) -> dict[str, Any]:
    """Return a field for each member."""
    return {extra.member: extra.field() for extra in extras}


def extended(serializer: Any, extras: Extras, suffix: str) -> Any:
    """Return a serializer that describes these members as well, under its own name."""
    if not extras:
        return serializer
    own = fields_of(extras)
    named = getattr(serializer.Meta, "ref_name", None)
    name = (named or serializer.__name__.removesuffix("Serializer")) + suffix
    names = (*serializer.Meta.fields, *own)
    meta = type("Meta", (serializer.Meta,), {"ref_name": name, "fields": names})
    members = {**own, "Meta": meta, "__doc__": serializer.__doc__}
    return type(serializer)(name, (Described, serializer), members)
