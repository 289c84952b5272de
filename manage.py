#!/usr/bin/env python
"""Run the project's commands."""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config.env import write_dotenv


def main() -> None:
    """Run one command; a wrong environment is one sentence on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        if sys.argv[1:2] == ["quickstart"]:
            # The settings are read before the command itself runs.
            write_dotenv(Path(__file__).resolve().parent)
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
