"""From a syntax tree to a condition of the database.

Every condition is either true or false for every row: one on a null value is false, so
its negation holds (contract 7.3). Conditions are built of expressions only, so that
Django leaves the handling of null to this module.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import BooleanField, Q, Value
from django.db.models.functions import Left, Right
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)

from config.api.odata.errors import Misread
from config.api.odata.expressions import CodePoints, OneOf, Row, text
from config.api.odata.operands import (
    OF_TEXT,
    PARTS,
    CustomOperand,
    Operand,
    column_operand,
    custom_operand,
    index_of,
)
from config.api.odata.parsing import parse
from config.api.odata.properties import Allowed, Kind
from config.api.odata.syntax import (
    Both,
    Call,
    Comparison,
    Condition,
    CustomPath,
    Either,
    Literal,
    Membership,
    Not,
    Path,
    Truth,
)
from config.api.odata.syntax import Operand as Node

NEVER = Q(Value(False, output_field=BooleanField()))

ORDERED: Mapping[str, Any] = {
    "gt": GreaterThan,
    "ge": GreaterThanOrEqual,
    "lt": LessThan,
    "le": LessThanOrEqual,
}
# What an operator becomes when the sides change places.
MIRRORED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "eq": "eq", "ne": "ne"}
# What an operator becomes when the literal stands for the value below it.
BELOW = {"gt": "gt", "ge": "gt", "lt": "le", "le": "le"}

# Functions of literals, worked out here.
FOLDED: Mapping[str, Callable[[str], str]] = {
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": lambda value: value.strip(" "),
}


def starts(operand: Operand, needle: str) -> Q:
    """Hold where the text starts so."""
    start = CodePoints(Left(operand.value, len(needle)))
    return Q(Exact(start, text(needle)))


def ends(operand: Operand, needle: str) -> Q:
    """Hold where the text ends so."""
    end = CodePoints(Right(operand.value, len(needle)))
    return Q(Exact(end, text(needle)))


def contains(operand: Operand, needle: str) -> Q:
    """Hold where the text has the other in it."""
    place = index_of(operand, needle)
    return Q(GreaterThanOrEqual(place.value, place.encoded(0)))


PREDICATES: Mapping[str, Callable[[Operand, str], Q]] = {
    "contains": contains,
    "startswith": starts,
    "endswith": ends,
    "substringof": contains,
}


def condition_of(text: str, allowed: Allowed) -> Q:
    """Translate `$filter`, or raise the refusal of it."""
    try:
        return Translation(allowed).condition(parse(text))
    except Misread as error:
        raise error.refusal("$filter") from None


class Translation:
    """Translates one tree for one list."""

    def __init__(self, allowed: Allowed) -> None:
        self.allowed = allowed

    def condition(self, node: Condition) -> Q:
        """Translate any condition."""
        match node:
            case Not(inner):
                return ~self.condition(inner)
            case Both(parts):
                return Q(*map(self.condition, parts))
            case Either(parts):
                return Q(*map(self.condition, parts), _connector=Q.OR)
            case Comparison():
                return self.comparison(node)
            case Membership(inner, items):
                return self.membership(self.operand(inner), items)
            case Truth(inner):
                return self.truth(inner)

    def truth(self, node: Node) -> Q:
        """Translate what stands for itself: a predicate, or a boolean property."""
        if isinstance(node, Call) and node.name in PREDICATES:
            return self.predicate(node)
        found = self.operand(node)
        if found.kind is not Kind.BOOLEAN:
            raise Misread("A condition is expected.", node.position)
        return found.equal(True)

    def predicate(self, node: Call) -> Q:
        """Translate `contains(a, 'b')` and its like."""
        operand, needle = self.searched(node)
        if not needle:
            return operand.given or ~NEVER
        return operand.certain(PREDICATES[node.name](operand, needle))

    def searched(self, node: Call) -> tuple[Operand, str]:
        """Return the text that a function searches, and what it searches for."""
        if len(node.arguments) != 2:
            raise Misread("Two arguments are expected.", node.position)
        searched, needle = node.arguments
        if node.name == "substringof":
            searched, needle = needle, searched
        literal = folded(needle)
        if literal is None or not isinstance(literal.value, str):
            raise Misread("A text in quotes is expected.", needle.position)
        return self.text(searched), literal.value

    def comparison(self, node: Comparison) -> Q:
        """Translate a comparison, whichever side the literal is on."""
        left, right, operator = node.left, node.right, node.operator
        if folded(left) is not None:
            left, right, operator = right, left, MIRRORED[operator]
        literal = folded(right)
        if literal is None:
            sentence = "A property is compared with a value."
            raise Misread(sentence, right.position)
        if isinstance(left, Call) and left.name in PREDICATES:
            return self.outcome(left, operator, literal)
        operand = self.operand(left)
        if operator == "ne":
            return ~equal(operand, literal)
        if operator == "eq":
            return equal(operand, literal)
        return ordered(operand, operator, literal)

    def outcome(self, node: Call, operator: str, literal: Literal) -> Q:
        """Translate `contains(a, 'b') eq true`."""
        if operator not in {"eq", "ne"} or not isinstance(literal.value, bool):
            raise Misread("true or false is expected.", literal.position)
        found = self.predicate(node)
        return found if literal.value is (operator == "eq") else ~found

    def membership(self, operand: Operand, items: tuple[Literal, ...]) -> Q:
        """Translate `x in (1, 2)`."""
        nulls = [one for one in items if one.value is None]
        given = [one for one in items if one.value is not None]
        if isinstance(operand, CustomOperand) or nulls:
            found = (equal(operand, one) for one in (*given, *nulls[:1]))
            return Q(*found, _connector=Q.OR)
        points = [operand.point(one) for one in given]
        values = [operand.encoded(one.value) for one in points if one.exact]
        if not values:
            return NEVER
        return operand.certain(Q(OneOf(operand.compared(), Row(*values))))

    def operand(self, node: Node) -> Operand:
        """Translate a property, or a function of one."""
        match node:
            case Path():
                return column_operand(self.allowed.find(node))
            case CustomPath():
                return custom_operand(self.allowed.find_custom(node))
            case Call():
                return self.call(node)
            case Literal():
                raise Misread("A property is expected.", node.position)

    def call(self, node: Call) -> Operand:
        """Translate a function that returns a value."""
        if node.name == "indexof":
            return index_of(*self.searched(node))
        if node.name not in OF_TEXT and node.name not in PARTS:
            raise Misread("There is no such function.", node.position)
        if len(node.arguments) != 1:
            raise Misread("One argument is expected.", node.position)
        if node.name in OF_TEXT:
            return OF_TEXT[node.name](self.text(node.arguments[0]))
        argument = node.arguments[0]
        moment = self.operand(argument)
        if moment.kind not in {Kind.DATE, Kind.DATETIME}:
            raise Misread("A date or a moment is expected.", argument.position)
        return moment.part(node.name)

    def text(self, node: Node) -> Operand:
        """Translate what must be a text."""
        found = self.operand(node)
        if found.kind is not Kind.TEXT:
            raise Misread("A text is expected.", node.position)
        return found


def equal(operand: Operand, literal: Literal) -> Q:
    """Translate `eq`; null equals null."""
    if literal.value is None:
        return NEVER if operand.given is None else ~operand.given
    point = operand.point(literal)
    return operand.equal(point.value) if point.exact else NEVER


def ordered(operand: Operand, operator: str, literal: Literal) -> Q:
    """Translate gt, ge, lt and le; they are false with null on a side."""
    if literal.value is None:
        return NEVER
    if operand.kind is Kind.BOOLEAN:
        raise Misread("This property has no order.", literal.position)
    point = operand.point(literal)
    lookup = ORDERED[operator if point.exact else BELOW[operator]]
    comparison = lookup(operand.compared(), operand.encoded(point.value))
    return operand.certain(Q(comparison))


def folded(node: Node) -> Literal | None:
    """Return a literal, or what a function makes of a literal text; else None."""
    if isinstance(node, Literal):
        return node
    if not isinstance(node, Call) or node.name not in FOLDED:
        return None
    inner = folded(node.arguments[0]) if len(node.arguments) == 1 else None
    if inner is None or not isinstance(inner.value, str):
        return None
    return Literal(FOLDED[node.name](inner.value), node.position)
