"""Make a person who can log in."""

from typing import Any

from django.core.management.base import CommandParser

from config.management.command import SentenceCommand
from organisations.services.users import create_user, generate_password


class Command(SentenceCommand):
    """Makes a user and prints a generated password, once."""

    help = "Make a user and print a generated password, which is not shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare who it is."""
        parser.add_argument("username")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--staff", action="store_true", help="may log in to the back office"
        )
        parser.add_argument(
            "--superuser",
            action="store_true",
            help="may do everything in the back office",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Make the user."""
        password = generate_password()
        user = create_user(
            username=options["username"],
            password=password,
            email=options["email"],
            is_staff=options["staff"],
            is_superuser=options["superuser"],
        )
        self.stdout.write(f"Created {user.username} (id {user.pk}).")
        self.stdout.write(f"Password: {password}")
