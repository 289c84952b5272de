"""What the back office shows of the project itself, found by Django as of any app.

Imports load the rows of all apps and exports write them, so their pages stand above
these, in `config.imports` and `config.exports`. The tasks of the workers have no pages:
each import has its own.
"""

from django.contrib import admin
from django_tasks_db import admin as theirs
from django_tasks_db.models import DBTaskResult

from assets import admin as of_assets
from config.exports.admin import EXPORTED, export_rows
from config.imports.admin import ImportAdmin
from devices import admin as of_devices

# Some are named because they must have been read before their pages can change or go.
__all__ = ["ImportAdmin", "of_assets", "of_devices", "theirs"]

admin.site.unregister(DBTaskResult)
for model in EXPORTED:
    shown = admin.site.get_model_admin(model)
    shown.actions = (*(shown.actions or ()), export_rows)
