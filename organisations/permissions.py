"""The named permissions that roles of a membership hold."""

from django.db import models


class Permission(models.TextChoices):
    """What a role allows; the owner of an organisation has them all."""

    MANAGE_ORGANISATION = "MANAGE_ORGANISATION", "manage the organisation"
    MANAGE_FLEETS = "MANAGE_FLEETS", "manage fleets and assets"
    MANAGE_EQUIPMENT = "MANAGE_EQUIPMENT", "manage equipment"
    MANAGE_LOCATIONS = "MANAGE_LOCATIONS", "manage locations"
    MANAGE_ROLES = "MANAGE_ROLES", "manage roles"
    MANAGE_MEMBERS = "MANAGE_MEMBERS", "manage members"
    SHARE_FLEETS = "SHARE_FLEETS", "share fleets"
    MANAGE_DEVICES = "MANAGE_DEVICES", "manage devices"
    MANAGE_LICENCES = "MANAGE_LICENCES", "manage licences"
    VIEW_SECRETS = "VIEW_SECRETS", "read secrets"


ALL_PERMISSIONS: frozenset[str] = frozenset(Permission.values)
