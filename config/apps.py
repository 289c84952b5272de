"""The project itself, installed so that its commands are found, and its back office."""

from axes.apps import AppConfig as AxesConfig
from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from oauth2_provider.apps import DOTConfig


class ProjectConfig(AppConfig):
    """Names the app that owns the commands and the plumbing of HTTP."""

    name = "config"


class BackOfficeConfig(AdminConfig):
    """Django's admin with the project's own site."""

    default_site = "config.site.BackOffice"


class LoginsConfig(AxesConfig):  # type: ignore[misc]
    """django-axes, by what people in the back office call it."""

    verbose_name = "Logins"


class ProgramsConfig(DOTConfig):  # type: ignore[misc]
    """django-oauth-toolkit, by what people in the back office call it."""

    verbose_name = "Programs"
