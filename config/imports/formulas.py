"""Cells that a spreadsheet would take for formulas, made harmless and read back."""

import re

FORMULA_MARKS = frozenset("=+-@\t\r")
APOSTROPHE = "'"
BLANKS = " \t\r\n"
# What a cell must start with to be looked at any further.
SUSPECT = FORMULA_MARKS | frozenset(BLANKS) | {APOSTROPHE}
PLAIN_NUMBER = re.compile(r"-[0-9]+(?:\.[0-9]+)?")


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would calculate.

    `restored` undoes it, and nothing else: a text that has such apostrophes of its own
    gets one more.
    """
    return APOSTROPHE + text if _is_formula(text) else text


def restored(text: str) -> str:
    """Take away the apostrophe that `guarded` has put before a text.

    Any other apostrophe stays, so that files from elsewhere are read as they are.
    """
    if text[:1] == APOSTROPHE and _is_formula(text):
        return text[1:]
    return text


def _is_formula(text: str) -> bool:
    """Tell whether a formula stands in the text, behind apostrophes of any number."""
    if text[:1] not in SUSPECT:
        return False
    bare = text.lstrip(APOSTROPHE)
    is_marked = bare[:1] in FORMULA_MARKS or bare.lstrip(BLANKS)[:1] in FORMULA_MARKS
    return is_marked and bool(bare) and not PLAIN_NUMBER.fullmatch(bare)
