"""Make a personal token."""

from typing import Any

from django.core.management.base import CommandParser

from config.management.command import SentenceCommand
from organisations import scopes
from organisations.services.tokens import create_token
from organisations.services.users import find_user


class Command(SentenceCommand):
    """Prints a new token of a user, and nothing else, on stdout."""

    help = "Make a token that acts as a user, and print it; it is not shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare whose it is and what it may do."""
        parser.add_argument("username")
        parser.add_argument(
            "--scope",
            default=scopes.DEFAULT,
            help=f"one or more, with spaces, of {', '.join(sorted(scopes.KNOWN))} "
            f"(default: {scopes.DEFAULT})",
        )
        parser.add_argument(
            "--days", type=int, help="until it expires (default: never)"
        )
        parser.add_argument("--name", default="Command line")

    def handle(self, *args: object, **options: Any) -> None:
        """Make the token."""
        token = create_token(
            user=find_user(options["username"]),
            name=options["name"],
            scope=options["scope"],
            days=options["days"],
        )
        self.stdout.write(token.text)
