"""Who gets what answer: every route of the device API, every method, everybody.

The cast stands in `tests/cast.py`. Whoever may is answered as the route's `granted`
says, 200 unless told otherwise; whoever may not 403, or 404 where the row is out of
sight, and who is nobody 401.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.api.snowflake import serial_of
from tests.cast import ROLES, Cast
from tests.factories.devices import make_device, make_note, make_reading
from tests.factories.licensing import make_certificate, make_info, make_licence

MEMBERS = frozenset({"owner", "manager", "member", "staff"})
OUTSIDER = frozenset({"outsider"})
ANYBODY = MEMBERS | OUTSIDER


@dataclass(frozen=True)
class Rule:
    """Who may; who cannot even see the row; whether nobody in particular may, too."""

    allowed: frozenset[str]
    blind: frozenset[str] = OUTSIDER
    granted: int = 200
    is_open: bool = False

    def answers(self) -> dict[str, int]:
        """Return the status that each of the cast is answered with."""
        told = {who: 404 if who in self.blind else 403 for who in ROLES}
        told |= dict.fromkeys(self.allowed, self.granted)
        return {**told, "anonymous": self.granted if self.is_open else 401}


@dataclass(frozen=True)
class Route:
    """A path with the things it names in braces, and the rule of each method."""

    path: str
    rules: Mapping[str, Rule]
    bodies: Mapping[str, Any] = field(default_factory=dict)


READ_BY_ALL = Rule(ANYBODY)
# One row: the members of its organisation read it.
READ = Rule(MEMBERS)


def written_by(*who: str, granted: int = 200, see: frozenset[str] = MEMBERS) -> Rule:
    """Let these write; the members see what they may not write, nobody else does."""
    return Rule(frozenset(who), ANYBODY - see, granted)


BY_OWNER = written_by("owner")

ROUTES: dict[str, Route] = {
    # First calls
    "device-authinfo": Route("/api/authinfo", {"GET": Rule(ANYBODY, is_open=True)}),
    "device-lookup": Route("/api/lookup", {"GET": READ_BY_ALL}),
    "device-agent": Route("/api/Agent/me", {"GET": READ_BY_ALL}),
    # Devices
    "device-assets": Route(
        "/api/Asset",
        {"GET": READ_BY_ALL, "POST": written_by("owner", granted=201)},
        {"POST": [{"id": "{asset}", "notes": "On loan"}]},
    ),
    "device-asset": Route("/api/Asset/{asset}", {"GET": READ, "DELETE": BY_OWNER}),
    "device-next-tag": Route("/api/Asset/NextTag", {"GET": READ_BY_ALL}),
    "device-software-versions": Route(
        "/api/Asset/GetAllSoftwareVersions", {"GET": READ_BY_ALL}
    ),
    "device-software": Route("/api/AssetSoftware", {"GET": READ_BY_ALL}),
    "device-asset-changes": Route(
        "/api/AssetChange",
        {"GET": READ_BY_ALL, "POST": BY_OWNER},
        {"POST": {"id": "{line}", "field_name": "state"}},
    ),
    "device-readings": Route(
        "/api/MeterReading",
        {"GET": READ_BY_ALL, "POST": BY_OWNER},
        {"POST": {"id": "{reading}", "reading": 101}},
    ),
    "device-reading": Route("/api/MeterReading/{reading}", {"GET": READ}),
    # Licensing
    "device-licences": Route(
        "/api/SoftwareLicence",
        {"GET": READ_BY_ALL, "POST": BY_OWNER},
        {"POST": {"id": "{licence}", "name": "Office suite"}},
    ),
    "device-licence": Route(
        "/api/SoftwareLicence/{licence}", {"GET": READ, "DELETE": BY_OWNER}
    ),
    "device-licence-roles": Route("/api/SoftwareLicenceRole", {"GET": READ_BY_ALL}),
    "device-seats": Route("/api/DeviceLicence", {"GET": READ_BY_ALL}),
    "device-licence-changes": Route("/api/LicenceChange", {"GET": READ_BY_ALL}),
    "device-licence-infos": Route(
        "/api/LicenseInfo",
        {"GET": READ_BY_ALL, "POST": BY_OWNER},
        {"POST": [{"id": "{info}", "version": "2"}]},
    ),
    "device-licence-password": Route(
        "/api/LicenseInfo/password", {"GET": BY_OWNER}, {"GET": {"id": "{info}"}}
    ),
    "device-certificates": Route(
        "/api/Certificate",
        {"GET": READ_BY_ALL, "POST": BY_OWNER},
        {"POST": {"id": "{certificate}", "name": "Intranet"}},
    ),
    "device-certificate": Route(
        "/api/Certificate/{certificate}", {"GET": READ, "DELETE": BY_OWNER}
    ),
}


def furnish(cast: Cast) -> dict[str, Any]:
    """Make one of everything, and return the id that stands for each in a path."""
    device = make_device(cast.organisation)
    rows = {
        "organisation": cast.organisation,
        "member": cast.member,
        "asset": device,
        "line": make_note(device.asset),
        "reading": make_reading(device.asset),
        "licence": make_licence(cast.organisation),
        "certificate": make_certificate(cast.organisation),
    }
    info = make_info(cast.organisation)
    return {name: serial_of(row.pk) for name, row in rows.items()} | {
        "info": str(info.uuid)
    }


def filled(body: Any, things: Mapping[str, Any]) -> Any:
    """Replace texts such as `{asset}` by the id of the thing."""
    if isinstance(body, dict):
        return {key: filled(value, things) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, things) for value in body]
    if isinstance(body, str) and body.startswith("{"):
        return things[body.strip("{}")]
    return body
