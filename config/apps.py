"""The project itself, installed so that its commands are found, and its back office."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ProjectConfig(AppConfig):
    """Names the app that owns the commands and the plumbing of HTTP."""

    name = "config"


class BackOfficeConfig(AdminConfig):
    """Django's admin with the project's own site."""

    default_site = "config.site.BackOffice"
