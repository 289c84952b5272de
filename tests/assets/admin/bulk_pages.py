"""How tests go through the pages that change many rows at once."""

import re
from html import unescape
from typing import Any

from django.db import models
from django.test import Client

from tests.back_office import page


def begin(
    client: Client,
    model: type[models.Model],
    action: str,
    *keys: object,
    **more: Any,
) -> Any:
    """Choose rows of a list and an action; return the page that follows."""
    asked = {"action": action, "index": "0", "_selected_action": keys, **more}
    query = asked.pop("query", "")
    return client.post(page(model, "changelist") + query, asked, follow=True)


def carried(answer: Any) -> dict[str, str]:
    """Return the hidden inputs that a page carries on."""
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"',
        answer.content.decode(),
    )
    return {name: unescape(value) for name, value in found}


def go_on(
    client: Client,
    model: type[models.Model],
    action: str,
    answer: Any,
    step: str,
    **values: Any,
) -> Any:
    """Press a button of a page; return the page that follows."""
    asked = {**carried(answer), **values, step: "1"}
    return client.post(page(model, action), asked, follow=True)
