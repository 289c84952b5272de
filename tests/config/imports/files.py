"""Where the files of the import tests are."""

from pathlib import Path

from django.conf import settings

DATA = Path(settings.BASE_DIR) / "tests" / "data" / "imports"
"""Invented files, each with oddities met in real ones."""

REAL = Path(settings.BASE_DIR).parent / "shared" / "data"
"""Files that nobody here wrote, where they are at hand."""
