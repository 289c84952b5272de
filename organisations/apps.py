"""The app of what owns and who may."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Organisations, people, fleets, locations, numbering and history."""

    name = "organisations"
