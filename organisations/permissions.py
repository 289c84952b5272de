"""The named permissions that roles of a membership hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Subject:
    """What several permissions are about, and what each of them lets people do."""

    name: str
    allowing: Mapping[Permission, str]


# How people read the permissions: in groups, each with a sentence.
SUBJECTS: Sequence[Subject] = (
    Subject(
        "The organisation",
        {
            Permission.MANAGE_ORGANISATION: "Change its name, its description and the "
            "series its numbers come from.",
            Permission.MANAGE_LOCATIONS: "Make, change and delete depots, offices and "
            "their tracks and rooms.",
        },
    ),
    Subject(
        "People",
        {
            Permission.MANAGE_MEMBERS: "Invite people, give them roles and a home "
            "location, and remove them.",
            Permission.MANAGE_ROLES: "Make, change and delete roles; nobody grants "
            "what they lack.",
        },
    ),
    Subject(
        "Rolling stock and other assets",
        {
            Permission.MANAGE_FLEETS: "Write assets, groups and fleets, their types, "
            "statuses and fields, logs and work items.",
            Permission.MANAGE_EQUIPMENT: "Write the equipment that is carried in "
            "assets.",
            Permission.SHARE_FLEETS: "Offer a fleet to others, and end what is shared.",
        },
    ),
    Subject(
        "Devices and licences",
        {
            Permission.MANAGE_DEVICES: "Write devices, their software, meters and "
            "links, and lend them out.",
            Permission.MANAGE_LICENCES: "Write licences and their seats, licence "
            "infos and certificates.",
            Permission.VIEW_SECRETS: "Read the passwords and keys that licence infos "
            "and certificates keep; each reading is recorded.",
        },
    ),
)
