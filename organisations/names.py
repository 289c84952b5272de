"""How names are cleaned, compared and searched (contract C10 and C11)."""

import unicodedata

LONGEST_KEY = 255
FIRST_SURROGATE, LAST_SURROGATE = 0xD800, 0xDFFF
LAST_CODE_POINT = 0x10FFFF


def clean_name(text: str) -> str:
    """Return the name in NFC without spaces at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def has_control_characters(text: str) -> bool:
    """Tell whether the text has a control character or a lone surrogate."""
    if text.isprintable():
        return False
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)


def normalise_name(text: str) -> str:
    """Return the search form: no accents, no case, single spaces."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(text.casefold().split())[:LONGEST_KEY]


def successor(prefix: str) -> str | None:
    """Return the least text above all that start with the prefix, None without one.

    A prefix search is `>= prefix and < successor(prefix)` in code-point order.
    """
    kept = prefix.rstrip(chr(LAST_CODE_POINT))
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    if FIRST_SURROGATE <= following <= LAST_SURROGATE:
        following = LAST_SURROGATE + 1
    return kept[:-1] + chr(following)
