"""What the back office shows of the project itself, found by Django as of any app.

Imports load the rows of all apps, so their pages stand above these, in
`config.imports`. The tasks of the workers have no pages: each import has its own.
"""

from django.contrib import admin
from django_tasks_db import admin as theirs
from django_tasks_db.models import DBTaskResult

from config.imports.admin import ImportAdmin

# Theirs is named because it must have been read before its pages can go.
__all__ = ["ImportAdmin", "theirs"]

admin.site.unregister(DBTaskResult)
