"""Who gets what answer: every route of the fleet API, every method, everybody.

The cast stands in `tests/cast.py`. Whoever may is answered 200, 201 or 204, whoever
may not 403 unless the rule says otherwise, and who is nobody always 401.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, AssetTypeZone, FieldType
from assets.services.groups import create_group
from organisations.models import FleetShare
from organisations.services.tokens import create_token
from tests.assets.api.fleet.files import upload
from tests.cast import ROLES, Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.devices import make_checkout
from tests.factories.imports import make_import
from tests.factories.logs import make_log, make_work_item
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    PrefixFactory,
    RoleFactory,
    SubLocationFactory,
    SubscriptionFactory,
)

GRANTED = {"GET": 200, "POST": 201, "PATCH": 200, "PUT": 200, "DELETE": 204}
UNKNOWN = 467084578272595488


@dataclass(frozen=True)
class Rule:
    """Who may, and what the others are told."""

    allowed: frozenset[str]
    denied: int = 403
    granted: int | None = None

    def answers(self, method: str) -> dict[str, int]:
        """Return the status that each of the cast is answered with."""
        granted = self.granted or GRANTED[method]
        told = {who: granted if who in self.allowed else self.denied for who in ROLES}
        return {**told, "anonymous": 401}


@dataclass(frozen=True)
class Form:
    """A body with a file, which is made anew for each request."""

    fields: Mapping[str, str]
    file: str

    def made(self) -> dict[str, Any]:
        """Return the form as a client sends it."""
        file = upload(self.file.encode(), "fleet.csv", "text/csv")
        return {**self.fields, "file": file}


def only(*who: str, denied: int = 403, granted: int | None = None) -> Rule:
    """Allow these, and tell the others that they may not."""
    return Rule(frozenset(who), denied, granted)


ANYBODY = only("owner", "manager", "member", "outsider", "staff")
MEMBERS = only("owner", "manager", "member", "staff")
# Of the cast, those hold MANAGE_FLEETS, MANAGE_EQUIPMENT and MANAGE_LOCATIONS.
MANAGERS = only("owner", "manager", "staff")
OWNER = only("owner")


@dataclass(frozen=True)
class Route:
    """What the parameters of a path name, and the rule of each method."""

    names: Mapping[str, str]
    rules: Mapping[str, Rule]
    bodies: Mapping[str, Any] = field(default_factory=dict)


def collection(post: Rule, body: Any = None, *, get: Rule = MEMBERS) -> Route:
    """Describe a list of an organisation, and how a row comes into it."""
    rules = {"GET": get, "POST": post}
    return Route({"organisation_id": "organisation"}, rules, {"POST": body})


def item(name: str, body: Any = None, **rules: Rule) -> Route:
    """Describe the path of one row."""
    return Route({"id": name}, rules, dict.fromkeys(rules, body))


ROUTES: dict[str, Route] = {
    # Statuses: rows 1 to 4
    "asset-status": item("status", GET=MEMBERS, PATCH=MEMBERS, DELETE=MANAGERS),
    "asset-statuses": collection(MANAGERS),
    # Types: rows 5 to 12
    "asset-types": collection(MANAGERS, {"ephemerality": 0}),
    "asset-type": item("idle_type", GET=MEMBERS, PATCH=MANAGERS, DELETE=MANAGERS),
    "asset-type-field": Route(
        {"id": "type", "part_id": "field"}, {"PUT": MANAGERS, "DELETE": MANAGERS}
    ),
    "asset-type-zone": Route(
        {"id": "type", "part_id": "zone"}, {"PUT": MANAGERS, "DELETE": MANAGERS}
    ),
    # Zones: rows 13 to 16
    "asset-zone": item("idle_zone", GET=MEMBERS, PATCH=MANAGERS, DELETE=MANAGERS),
    "asset-zones": collection(MANAGERS),
    # Fields: rows 17 to 22
    "asset-fields": collection(MANAGERS, {"type": 0}),
    "asset-field": item("enum", GET=MEMBERS, PATCH=MANAGERS, DELETE=MANAGERS),
    "enum-values": item("enum", {"value": "new"}, POST=MANAGERS),
    "enum-value": Route(
        {"id": "enum", "value_id": "value"},
        {"GET": MEMBERS, "PATCH": MANAGERS, "DELETE": MANAGERS},
        {"PATCH": {"value": "renamed"}},
    ),
    # Assets: rows 23 to 27
    "asset": item("asset", GET=MEMBERS, PATCH=MANAGERS, DELETE=MANAGERS),
    "asset-field-values": item("asset", PATCH=MANAGERS),
    "assets": Route(
        {"organisation_id": "organisation"},
        {"GET": MEMBERS, "POST": MANAGERS, "PATCH": MANAGERS},
        {"POST": {"type_id": "{type}"}, "PATCH": [{"id": "{asset}"}]},
    ),
    # Custody
    "asset-checkout": item("asset", {"user_id": "{member}"}, POST=OWNER),
    "asset-checkin": item("lent", {}, POST=only("owner", granted=200)),
    # Groups: rows 28 to 35
    "asset-groups": collection(
        MANAGERS, {"ephemerality": 1, "consist_asset_group_ids": ["{asset}"]}
    ),
    "asset-group": item("group", GET=MEMBERS, PATCH=MANAGERS, DELETE=MANAGERS),
    "asset-group-field-values": item("group", PATCH=MANAGERS),
    "asset-group-asset": Route(
        {"id": "group", "asset_id": "asset"},
        {"PUT": MEMBERS, "PATCH": MEMBERS, "DELETE": MEMBERS},
        {"PATCH": {"order": 0}},
    ),
    # Logs: rows 36 to 41
    "asset-logs": Route(
        {"id": "group"}, {"GET": MEMBERS, "POST": MEMBERS}, {"POST": {"log": "x"}}
    ),
    "asset-log": item("log", GET=MEMBERS, PATCH=OWNER, DELETE=MANAGERS),
    "asset-log-attachment": Route(
        {"id": "log", "file_hash": "file"},
        {"GET": only("owner", "manager", "member", "staff", denied=404)},
    ),
    # Work items
    "work-items": collection(MEMBERS, {"summary": "Oil the doors"}),
    "work-item": item("work_item", GET=MEMBERS, PATCH=MEMBERS),
    # Equipment: rows 42 to 46
    "equipment-item": item("tool", GET=MEMBERS, PATCH=MANAGERS, DELETE=MANAGERS),
    "equipment-field-values": item("tool", PATCH=MANAGERS),
    "equipment": collection(MANAGERS, {"type_id": "{tool_type}"}),
    # History
    "asset-group-history": item("asset", GET=MEMBERS),
    "changes": Route({"organisation_id": "organisation"}, {"GET": MEMBERS}),
    # Imports
    "imports": Route(
        {"organisation_id": "organisation"},
        {"GET": MEMBERS, "POST": only(*MANAGERS.allowed, granted=202)},
        {"POST": Form({"type": "assets"}, file="Name,Type\nTram 1,Tram\n")},
    ),
    "import": item("import", GET=MANAGERS),
    "import-undo": item("import", {}, POST=only(*MANAGERS.allowed, granted=200)),
    # Exports
    "exports": Route({"organisation_id": "organisation"}, {"GET": MEMBERS}),
    # Organisations
    "organisations": Route({}, {"POST": ANYBODY}, {"POST": {"name": "New depot"}}),
    "organisation": item("organisation", GET=MEMBERS, PATCH=OWNER),
    "members": collection(OWNER, {"email": "new@example.org"}),
    "member": Route(
        {"organisation_id": "organisation", "user_id": "member"},
        # The member leaves; nobody else but the owner may remove them.
        {"GET": MEMBERS, "PATCH": OWNER, "DELETE": only("owner", "member")},
    ),
    "roles": collection(OWNER, {"name": "Drivers"}, get=OWNER),
    "role": item("role", GET=OWNER, PATCH=OWNER, DELETE=OWNER),
    "prefixes": collection(OWNER),
    "prefix": item("prefix", GET=OWNER, PATCH=OWNER, DELETE=OWNER),
    "subscriptions": collection(only("staff"), {"name": "Gold"}),
    "subscription": item("subscription", GET=MEMBERS, PATCH=only("staff")),
    # Fleets and shares; the outsider owns the organisation that one is offered to
    "fleets": collection(MANAGERS, {"name": "Trams"}),
    "fleet": item("fleet", GET=MEMBERS, PATCH=MANAGERS, DELETE=MANAGERS),
    "fleet-shares": Route(
        {"id": "fleet"},
        {"GET": OWNER, "POST": OWNER},
        {"POST": {"organisation": {"id": "{other}"}}},
    ),
    "fleet-share": item(
        "share",
        {"status": "accepted"},
        GET=only("owner", "outsider"),
        PATCH=only("outsider"),
        DELETE=OWNER,
    ),
    # Locations
    "locations": collection(MANAGERS),
    "location": item("location", GET=MEMBERS, PATCH=MANAGERS, DELETE=MANAGERS),
    "sub-locations": item("location", GET=MEMBERS, POST=MANAGERS),
    "sub-location": item("part", GET=MEMBERS, PATCH=MANAGERS, DELETE=MANAGERS),
    # People
    "me": Route({}, {"GET": ANYBODY, "PATCH": ANYBODY}),
    "my-organisations": Route({}, {"GET": ANYBODY}),
    "my-fleet-shares": Route({}, {"GET": ANYBODY}),
    "user": item("member", GET=only(*MEMBERS.allowed, denied=404)),
    "tokens": Route({}, {"GET": ANYBODY, "POST": ANYBODY}, {"POST": {"name": "New"}}),
    "token": item(
        "token", GET=only("owner", denied=404), DELETE=only("owner", denied=404)
    ),
}


def furnish(cast: Cast) -> dict[str, str]:
    """Make one of everything, and return what each path parameter can name."""
    own = {"organisation": cast.organisation}
    field_of_type, zone_of_type = AssetFieldFactory(**own), AssetZoneFactory(**own)
    kind = AssetTypeFactory(**own, with_fields=[field_of_type])
    AssetTypeZone.objects.create(type=kind, zone=zone_of_type)
    asset = make_asset(cast.organisation, type_id=kind.pk)
    enum = AssetFieldFactory(**own, type=FieldType.ENUM)
    value, _ = EnumValueFactory.create_batch(2, field=enum)
    tool_type = AssetTypeFactory(**own, ephemerality=Ephemerality.EQUIPMENT)
    fleet = FleetFactory(**own)
    rows = {
        "organisation": cast.organisation,
        "other": cast.other,
        "member": cast.member,
        "status": AssetStatusFactory(**own),
        "type": kind,
        "idle_type": AssetTypeFactory(**own),
        "field": field_of_type,
        "zone": zone_of_type,
        "idle_zone": AssetZoneFactory(**own),
        "enum": enum,
        "value": value,
        "asset": asset,
        "group": consist(cast, asset),
        "tool_type": tool_type,
        "tool": make_asset(
            cast.organisation,
            type_id=tool_type.pk,
            ephemerality=Ephemerality.EQUIPMENT,
        ),
        "lent": lent(cast),
        "log": make_log(asset, file=upload()),
        "work_item": make_work_item(cast.organisation),
        "role": RoleFactory(**own),
        "prefix": PrefixFactory(**own, enabled=False),
        "subscription": SubscriptionFactory(**own),
        "fleet": fleet,
        "share": FleetShare.objects.create(
            fleet=FleetFactory(**own), organisation=cast.other
        ),
        "location": LocationFactory(**own),
        "part": SubLocationFactory(location=LocationFactory(**own)),
        "token": create_token(user=cast.owner, name="Old").row,
        "import": make_import(cast.organisation),
    }
    file = rows["log"].attachment.blob.file_hash
    return {**{name: str(row.pk) for name, row in rows.items()}, "file": file}


def lent(cast: Cast) -> AssetGroup:
    """Hand an asset over."""
    asset = make_asset(cast.organisation)
    make_checkout(asset)
    return asset


def consist(cast: Cast, asset: AssetGroup) -> AssetGroup:
    """Couple an asset up."""
    body = {"ephemerality": 1, "consist_asset_group_ids": [str(asset.pk)]}
    return create_group(
        organisation=cast.organisation, body=body, actor=cast.organisation.owner
    )


def path_of(name: str, things: Mapping[str, str], **instead: str) -> str:
    """Return the route's path to the things it names, or to others instead."""
    named = {key: things[thing] for key, thing in ROUTES[name].names.items()}
    return reverse(name, kwargs={**named, **instead})


def body_of(name: str, method: str, things: Mapping[str, str]) -> Any:
    """Return a body that is right, with the ids of the things in it."""
    return filled(ROUTES[name].bodies.get(method), things)


def filled(body: Any, things: Mapping[str, str]) -> Any:
    """Put ids in the places that name things."""
    if isinstance(body, Form):
        return body.made()
    if isinstance(body, dict):
        return {key: filled(value, things) for key, value in body.items()}
    if isinstance(body, list):
        return [filled(value, things) for value in body]
    return body.format(**things) if isinstance(body, str) else body
