"""How a field's definition is refused."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from config.api.errors import Refusal


def definition_error(key: str, sentence: str) -> Refusal:
    """Refuse a definition for one of its keys."""
    return Refusal(
        "invalid_field_definition", f"{key}: {sentence}", errors={key: [sentence]}
    )


def checked_part(key: str, check: Callable[[Any], Any], value: object) -> Any:
    """Return the checked value of one key, or refuse the definition for it."""
    try:
        return check(value)
    except ValidationError as error:
        raise definition_error(key, str(error.messages[0])) from None
