"""Do what was left for later: imports that were uploaded, one after the other."""

import logging
import os
import socket
import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Sequence
from threading import Thread
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import OperationalError, close_old_connections

from config.imports.tasks import take_up
from config.management.command import SentenceCommand

logger = logging.getLogger(__name__)

LONGEST_NAME = 64
SECONDS_BEFORE_NEXT_TRY = 5.0


class Command(SentenceCommand):
    """Runs the worker of django-tasks; what a killed one left is taken up first."""

    help = "Run the tasks that wait, imports for example, until told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the name and when to stop."""
        parser.add_argument(
            "--name",
            type=_name,
            default=socket.gethostname()[:LONGEST_NAME],
            help="what no other worker is called at the same time; a worker takes up "
            "what one of its name has left (default: the name of the machine)",
        )
        parser.add_argument(
            "--batch", action="store_true", help="stop when nothing waits any more"
        )
        parser.add_argument(
            "--until-closed",
            action="store_true",
            help="stop at once when the standard input is closed",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Take up what was left, then work."""
        name: str = options["name"]
        if options["until_closed"]:
            Thread(target=_stop_when_closed, daemon=True).start()
        if left := take_up(name):
            logger.warning("tasks of a killed worker are taken up: %s", left)
        words = [f"--worker-id={name}", "--no-startup-delay", "--no-reload"]
        if options["batch"]:
            call_command("db_worker", *words, "--batch")
            return
        while not _is_done(words):
            time.sleep(SECONDS_BEFORE_NEXT_TRY)


def _is_done(words: Sequence[str]) -> bool:
    """Work; return False when the database did not answer, as a busy SQLite does."""
    try:
        call_command("db_worker", *words)
    except OperationalError as error:
        logger.warning("the database does not answer; trying again", exc_info=error)
        close_old_connections()
        return False
    return True


def _stop_when_closed() -> None:
    """End the process together with whoever started it, however that ends.

    The database takes back what was not finished; the next worker begins it anew.
    """
    sys.stdin.buffer.read()
    os._exit(0)


def _name(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_NAME:
        raise ArgumentTypeError(f"a name has 1 to {LONGEST_NAME} characters")
    return text
