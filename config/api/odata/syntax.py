"""The syntax tree of `$filter`: what was written, before anybody asks what it names."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Constant = None | bool | int | Decimal | str | date | datetime


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that was written out."""

    value: Constant
    position: int


@dataclass(frozen=True, slots=True)
class Path:
    """A property, `type/name`."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class CustomPath:
    """A custom field, `fields/<id or name>`; the name alone."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; its name in lower case."""

    name: str
    arguments: tuple["Operand", ...]
    position: int


Operand = Literal | Path | CustomPath | Call


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values and the operator between them: eq, ne, gt, ge, lt or le."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Membership:
    """A value that must be one of several."""

    operand: Operand
    items: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """A property or a function that is true or false by itself."""

    operand: Operand


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Both:
    """Conditions that must all hold."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Conditions of which one must hold."""

    conditions: tuple["Condition", ...]


Condition = Comparison | Membership | Truth | Not | Both | Either
