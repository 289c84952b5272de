"""What a page tells whoever asked, made comparable with what another page tells."""

import re
from typing import Any

from django.contrib.messages import get_messages
from django.test import Client

# How long something took, in seconds.
TAKEN = re.compile(r"\b\d\.\d\d\b")


def told(
    client: Client, address: str, key: object, data: dict[str, Any] | None = None
) -> tuple[int, str, str]:
    """Return status, target and text of an answer, without the id that was asked for.

    It is asked by GET, or by POST where there is `data`.
    """
    answer: Any = client.get(address) if data is None else client.post(address, data)
    sentences = [str(message) for message in new_messages(answer)]
    content = b"".join(answer) if answer.streaming else answer.content
    text = f"{sentences} {content.decode(errors='replace')}".replace(str(key), "KEY")
    leads_to = answer.headers.get("Location", "").replace(str(key), "KEY")
    return answer.status_code, leads_to, without_tokens(text)


def new_messages(answer: Any) -> Any:
    """Return the messages that this answer added to those that wait."""
    return getattr(get_messages(answer.wsgi_request), "_queued_messages", ())


def without_tokens(text: str) -> str:
    """Take out what differs from one answer to the next: tokens, and time taken."""
    text = TAKEN.sub("TIME", text)
    return "\n".join(line for line in text.splitlines() if "csrf" not in line)
