"""Cuts an expression into tokens, and refuses what is too much of one.

Nothing is parsed before the whole expression has passed here. Each limit is cheap to
check: what is over it is refused in less than a millisecond.
"""

import re
from itertools import islice

from lark import Token

from config.api.odata.errors import Misread

MOST_CHARACTERS = 4_096
MOST_TOKENS = 1_000
DEEPEST = 24
MOST_ITEMS = 200
LONGEST_STRING = 512
LONGEST_NUMBER = 40

KEYWORDS = {
    "and": "_AND",
    "or": "_OR",
    "not": "_NOT",
    "in": "_IN",
    **dict.fromkeys(("eq", "ne", "gt", "ge", "lt", "le"), "COMPARE"),
    **dict.fromkeys(("true", "false", "null"), "CONSTANT"),
}
PUNCTUATION = {"(": "_OPEN", ")": "_CLOSE", ",": "_COMMA"}

DAY = r"\d{4}-\d\d-\d\d"
# In an address, the plus sign of an offset is a space unless the client escapes it.
OFFSET = r"(?:[Zz]|[+\- ]\d\d:\d\d)"
KINDS = {
    "punctuation": r"[(),]",
    "CUSTOM": r"fields/(?:'(?:[^']|'')*+'|[^\s()',/]++)(?:/value)?(?![^\s(),])",
    "TAGGED": r"(?:datetimeoffset|datetime|date)'[^']*+'",
    "STRING": r"'(?:[^']|'')*+'",
    "DATETIME": rf"{DAY}T\d\d:\d\d(?::\d\d(?:\.\d+)?)?{OFFSET}?(?![\w.])",
    "DATE": rf"{DAY}(?![\w.-])",
    "NUMBER": r"-?\d++(?:\.\d++)?(?:e[+-]?\d++)?[lmdf]?(?![\w.-])",
    "word": r"[^\W\d]\w*+(?:/[^\W\d]\w*+)*+",
    # What is no token, in one piece, so that nothing is tried twice.
    "other": r"[^\s(),']++|\S",
}
TOKEN = re.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in KINDS.items()),
    re.IGNORECASE | re.ASCII,
)
BRACKET = re.compile(r"\s*\(", re.ASCII)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def scan(text: str) -> list[Token]:
    """Return the tokens, or raise Misread for what is none, or one too many."""
    if len(text) > MOST_CHARACTERS:
        sentence = f"At most {MOST_CHARACTERS} characters are taken."
        raise Misread(sentence, MOST_CHARACTERS)
    if found := UNSTORABLE.search(text):
        raise Misread("This character is not allowed.", found.start())
    if extra := next(islice(TOKEN.finditer(text), MOST_TOKENS, None), None):
        sentence = f"At most {MOST_TOKENS} words and signs are taken."
        raise Misread(sentence, extra.start())
    pieces = []
    nesting = Nesting()
    for found in TOKEN.finditer(text):
        kind, value, position = found.lastgroup or "", found.group(), found.start()
        if kind in {"punctuation", "word", "other"}:
            kind = _type(kind, value, found)
        elif len(value) > LONGEST_NUMBER:
            _check_length(kind, value, position)
        nesting.enter(kind, position)
        pieces.append((kind, value, position))
    return [Token(*piece) for piece in pieces]


def _type(kind: str, value: str, found: re.Match[str]) -> str:
    """Name a sign or a word."""
    if kind == "other":
        raise Misread("This is not understood.", found.start())
    if kind == "punctuation":
        return PUNCTUATION[value]
    if value.lower() in KEYWORDS:
        return KEYWORDS[value.lower()]
    return "FUNCTION" if BRACKET.match(found.string, found.end()) else "PATH"


def _check_length(kind: str, value: str, position: int) -> None:
    if kind == "NUMBER":
        raise Misread("The number is too long.", position)
    if kind == "STRING" and len(unquote(value)) > LONGEST_STRING:
        sentence = f"At most {LONGEST_STRING} characters of text are taken."
        raise Misread(sentence, position)


class Nesting:
    """How deep in brackets and negations the tokens are, and in which lists."""

    def __init__(self) -> None:
        # For each open bracket: the negations before it, and how many items it has
        # if it is the list of an `in`, else None.
        self.open: list[tuple[int, int | None]] = []
        self.depth = self.negations = 0
        self.last = ""

    def enter(self, kind: str, position: int) -> None:
        """Follow one token, or raise Misread for one that is too much."""
        if kind == "_COMMA":
            self._count_item(position)
        elif kind == "_NOT":
            self.negations += 1
        elif kind == "_OPEN":
            self.open.append((self.negations, 1 if self.last == "_IN" else None))
            self.depth += self.negations + 1
            self.negations = 0
        else:
            self.negations = 0
            if kind == "_CLOSE" and self.open:
                self.depth -= self.open.pop()[0] + 1
        if self.depth + self.negations > DEEPEST:
            raise Misread(f"At most {DEEPEST} levels are taken.", position)
        self.last = kind

    def _count_item(self, position: int) -> None:
        negations, items = self.open[-1] if self.open else (0, None)
        if items is None:
            return
        if items == MOST_ITEMS:
            raise Misread(f"At most {MOST_ITEMS} items are taken.", position)
        self.open[-1] = (negations, items + 1)


def unquote(token: str) -> str:
    """Return the text between the quotes: `'it''s'` is `it's`."""
    return token[1:-1].replace("''", "'")


def custom_name(token: str) -> str:
    """Return the id or name in `fields/<id or name>`, quoted or not."""
    name = token[len("fields/") :]
    if name[-len("/value") :].lower() == "/value":
        name = name[: -len("/value")]
    return unquote(name) if name.startswith("'") else name
