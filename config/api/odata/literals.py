"""Values as they are written in an expression (contract 7.3)."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from config.api.odata.errors import Misread
from config.api.odata.syntax import Constant
from config.api.odata.tokens import unquote

# Beyond the largest id and the largest number that a column holds.
LIMIT = Decimal(2**63)

CONSTANTS = {"true": True, "false": False, "null": None}


def read_constant(text: str) -> Constant:
    """Read true, false or null."""
    return CONSTANTS[text.lower()]


def read_string(text: str) -> str:
    """Read `'it''s'`."""
    return unquote(text)


def read_number(text: str, position: int) -> int | Decimal:
    """Read a number; its suffix says nothing, but `L` is for whole ones."""
    number = Decimal(text.rstrip("lLmMdDfF"))
    if abs(number) >= LIMIT:
        raise Misread("The number is too large.", position)
    if re.fullmatch(r"-?\d+[lLmMdDfF]?", text):
        return int(number)
    if text[-1] in "lL":
        raise Misread("A number with L is a whole one.", position)
    return number


def read_date(text: str, position: int) -> date:
    """Read `2026-11-22`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misread("The date does not exist.", position) from None


def read_moment(text: str, position: int) -> datetime:
    """Read a moment with an offset, or in UTC without one; microseconds are kept."""
    # The plus sign of an offset may have become a space on the way.
    text = re.sub(r" (?=\d\d:\d\d$)", "+", text.upper())
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Misread("The moment does not exist.", position) from None


def read_tagged(text: str, position: int) -> date | datetime:
    """Read `datetime'2026-11-22T00:00:00'`, as version 2 of the protocol has it."""
    value = text[text.index("'") + 1 : -1].strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return read_date(value, position)
    if re.match(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d", value, re.ASCII):
        return read_moment(value, position)
    raise Misread("A date or a moment is expected.", position)
