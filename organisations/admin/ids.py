"""What could be the id of a row."""

from config.api.snowflake import LARGEST

LONGEST = len(str(LARGEST))


def is_id(text: str) -> bool:
    """Tell whether a text could be the id of a row."""
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST
    return is_number and 0 < int(text) <= LARGEST
