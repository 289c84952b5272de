"""Two organisations with one of everything each, and every route of both API families.

Requests are undone, so that a module needs one world only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.urls import URLPattern
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup
from config.api.snowflake import serial_of
from config.backup.serials import move_past, tables
from config.urls import device, fleet
from config.urls.schema import DeviceSchema, FleetSchema
from licensing.kinds import ReferenceKind
from organisations.models import Membership
from tests import device_table, permission_table
from tests.assets.api.fleet.files import upload
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory, make_asset
from tests.factories.devices import ColumnProfileFactory, SavedSearchFactory
from tests.factories.licensing import ReferenceFactory
from tests.factories.logs import make_log
from tests.factories.organisations import UserFactory

Answer = Any
Things = dict[str, Any]

DOCUMENTS: dict[str, Any] = {
    "fleet": (FleetSchema, fleet),
    "device": (DeviceSchema, device),
}
UNKNOWN = {"fleet": str(permission_table.UNKNOWN), "device": "2000000000"}
# More rows than all tests of a run make of one kind.
APART = 1_000_000
# What only rows of the other organisation say.
SECRET = "Vipunen"


@dataclass(frozen=True, order=True)
class Endpoint:
    """A route of a family and a method that it answers."""

    family: str
    name: str
    method: str

    @property
    def is_open(self) -> bool:
        """Whether nobody in particular may ask."""
        rule = self.route.rules[self.method]
        return getattr(rule, "is_open", False)

    @property
    def route(self) -> Any:
        """The line of the family's permission table."""
        tables: Any = {
            "fleet": permission_table.ROUTES,
            "device": device_table.ROUTES,
        }
        return tables[self.family][self.name]

    @property
    def granted(self) -> int:
        """The status with which the table answers whoever may."""
        rule = self.route.rules[self.method]
        return rule.granted or permission_table.GRANTED[self.method]

    @property
    def allowed(self) -> frozenset[str]:
        """Who of the cast may."""
        allowed: frozenset[str] = self.route.rules[self.method].allowed
        return allowed

    @property
    def parameters(self) -> list[str]:
        """The names of the things in the path, from left to right."""
        if self.family == "fleet":
            return list(self.route.names)
        return [word for word in ("id",) if "{" in self.route.path]


def endpoints() -> Iterator[Endpoint]:
    """Return what the URL resolver knows of both families."""
    for family, routes in (("fleet", fleet.documented), ("device", device.documented)):
        for route in routes:
            for method in sorted(methods_of(route)):
                yield Endpoint(family, str(route.name), method)


def methods_of(route: URLPattern) -> set[str]:
    """Return the methods that a route answers; HEAD comes with GET."""
    view: Any = route.callback
    methods = getattr(view, "actions", None) or {"get"}
    return {method.upper() for method in methods if method != "head"}


def routes() -> list[tuple[str, str]]:
    """Return each route once, with its family."""
    return sorted({(one.family, one.name) for one in endpoints()})


def spread_numbers() -> None:
    """Give the rows of each kind numbers of their own.

    Rows of two tables that are made in one second may have one id; then the type of
    one organisation would be taken for the asset of another.
    """
    move_past({table: APART * place for place, table in enumerate(tables(), start=1)})


class World:
    """The cast, what both organisations have, and how it is asked for."""

    def __init__(self, cast: Cast) -> None:
        spread_numbers()
        self.cast = cast
        stranger = UserFactory(username="stranger", last_name=SECRET)
        Membership.objects.create(organisation=cast.other, user=stranger)
        mirrored = replace(
            cast,
            organisation=cast.other,
            other=cast.organisation,
            owner=cast.outsider,
            member=stranger,
        )
        self.own = furnished(cast)
        self.foreign = furnished(mirrored)
        AssetGroup.objects.filter(organisation=cast.other).update(
            name=SECRET, normalised_name=SECRET.lower(), description=SECRET
        )
        log = make_log(make_asset(cast.other), file=upload(SECRET.encode()))
        self.foreign["fleet"]["file"] = log.attachment.blob.file_hash
        self.owner = cast.client("owner")

    def path(self, endpoint: Endpoint, **instead: Any) -> str:
        """Return the path to the owner's things, or to others instead."""
        if endpoint.family == "fleet":
            return permission_table.path_of(endpoint.name, self.own["fleet"], **instead)
        things = self.own["device"]
        return str(endpoint.route.path).format(
            **{name: instead.get("id", key) for name, key in things.items()}
        )

    def body(self, endpoint: Endpoint) -> Any:
        """Return a body that is right."""
        table: Any = permission_table if endpoint.family == "fleet" else device_table
        body = endpoint.route.bodies.get(endpoint.method)
        return table.filled(body, self.own[endpoint.family])

    def ask(
        self,
        endpoint: Endpoint,
        client: APIClient | None = None,
        path: str = "",
        body: Any = None,
        look: Callable[[], object] | None = None,
    ) -> Answer:
        """Send a request that is right, look around, and undo what it does."""
        call = getattr(client or self.owner, endpoint.method.lower())
        sent = self.body(endpoint) if body is None else body
        form = "multipart" if isinstance(sent, dict) and "file" in sent else None
        with transaction.atomic():
            response: Answer = call(path or self.path(endpoint), sent, format=form)
            if look is not None:
                look()
            transaction.set_rollback(True)
        return response


def furnished(cast: Cast) -> dict[str, Things]:
    """Make one of everything that either family names."""
    own = {"organisation": cast.organisation}
    things = permission_table.furnish(cast)
    items = device_table.furnish(cast)
    rows: dict[str, Any] = {
        "client": cast.organisation,
        "profile": ColumnProfileFactory(**own),
        "search": SavedSearchFactory(**own, search=""),
        "type": AssetTypeFactory(**own, ephemerality=Ephemerality.SINGLE),
    }
    named = {name: serial_of(row.pk) for name, row in rows.items()}
    same = ("asset", "group", "status", "location", "work_item", "member", "field")
    named |= {f"fleet_{name}": serial_of(int(things[name])) for name in same}
    number = ReferenceFactory(**own, kind=ReferenceKind.CONTRACT, label=SECRET).number
    return {"fleet": things, "device": items | named | {"number": number}}


def told(answer: Answer, *keys: object) -> tuple[int, str]:
    """Return what an answer says, without the keys that it was asked with."""
    content = b"".join(answer) if answer.streaming else answer.content
    text = content.decode(errors="replace")
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        # Only refusals repeat what was asked for.
        for key in keys:
            text = text.replace(str(key), "KEY")
    return answer.status_code, text


def queries(family: str) -> dict[str, list[str]]:
    """Return the query parameters of each route that is read, by its name."""
    generator, module = DOCUMENTS[family]
    paths = generator().get_schema(public=True)["paths"]
    found = {}
    for route in module.documented:
        path = "/" + str(route.pattern).replace("<", "{").replace(">", "}")
        operation = paths[path].get("get", {})
        asked = operation.get("parameters", [])
        found[str(route.name)] = [one["name"] for one in asked if one["in"] == "query"]
    return found


def properties(family: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the properties of each body that is read, by its name and method."""
    generator, module = DOCUMENTS[family]
    document = generator().get_schema(public=True)
    found = {}
    for route in module.documented:
        path = "/" + str(route.pattern).replace("<", "{").replace(">", "}")
        for method, operation in document["paths"][path].items():
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            if schema is not None:
                key = (str(route.name), method.upper())
                found[key] = flattened(schema, document["components"]["schemas"])
    return found


def flattened(schema: Any, components: Any) -> dict[str, Any]:
    """Return the properties of a schema, or of what its array holds."""
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    found = dict(schema.get("properties", {}))
    nested = [
        one for word in ("oneOf", "anyOf", "allOf") for one in schema.get(word, ())
    ]
    if "items" in schema:
        nested.append(schema["items"])
    for one in nested:
        found |= flattened(one, components)
    return found
