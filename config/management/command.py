"""What the project's commands have in common."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from config.api.errors import Refusal


class SentenceCommand(BaseCommand):
    """A command whose refusals are sentences on stderr, never tracebacks."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; what a rule or the database refuses is a CommandError."""
        try:
            return super().execute(*args, **options)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (OperationalError, ProgrammingError) as error:
            reason = str(error).partition("\n")[0]
            raise CommandError(
                f"The database refused: {reason}. Has manage.py migrate been run?"
            ) from error

    def progress(self, verbosity: int) -> Callable[[str], object]:
        """Return what takes lines about progress: told from `--verbosity 2` on."""
        return self.stdout.write if verbosity > 1 else lambda line: None
