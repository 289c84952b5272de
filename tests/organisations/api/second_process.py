"""A process of its own that answers requests or revokes tokens, as it is told.

Reads lines such as `get TEXT`, `revoke ID` and `disable ID`, and writes a line for
each: the status of the answer, or `done`.
"""

import sys
from collections.abc import Callable

from django.test import Client

from organisations.models import PersonalToken, User
from organisations.services.tokens import revoke_token


def get(text: str) -> str:
    """Show the token to the API."""
    headers = {"Authorization": f"Bearer {text}"}
    return str(Client().get("/api/tokens", headers=headers).status_code)


def revoke(key: str) -> str:
    """Revoke the personal token."""
    revoke_token(token=PersonalToken.objects.get(pk=int(key)), actor=None)
    return "done"


def disable(key: str) -> str:
    """Disable the user."""
    User.objects.filter(pk=int(key)).update(is_active=False)
    return "done"


COMMANDS: dict[str, Callable[[str], str]] = {
    "get": get,
    "revoke": revoke,
    "disable": disable,
}


def obey() -> None:
    """Do what the lines of stdin say, until they end."""
    for line in sys.stdin:
        command, argument = line.split()
        sys.stdout.write(f"{COMMANDS[command](argument)}\n")
        sys.stdout.flush()
