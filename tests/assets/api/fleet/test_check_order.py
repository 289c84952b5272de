"""Which of several faults a request is refused for: the order of contract 2 and 4.

Each row lists its refusals in order. The test of refusal k sends a request that has
the faults k to the last, and expects k.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from assets.models import AssetTypeZone, FieldType
from organisations.models import Organisation
from tests.assets.api.fleet.calls import UNKNOWN, Answer, Said, refusal, said, send
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.organisations import PrefixFactory


@dataclass
class Attempt:
    """A request in the making."""

    path: str
    who: str = "manager"
    body: dict[str, Any] | bytes = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    is_enabled: bool = True


@dataclass(frozen=True)
class Fault:
    """A fault, the refusal it asks for, and how a request comes to have it."""

    expected: Said
    apply: Callable[[Attempt], None]


def by(who: str, code: str, status: int = 403) -> Fault:
    """Let somebody else ask."""
    return Fault(
        refusal(code, status=status), lambda attempt: setattr(attempt, "who", who)
    )


def missing(name: str, code: str = "not_found", status: int = 404) -> Fault:
    """Name a row that does not exist."""
    return Fault(
        refusal(code, status=status), lambda attempt: attempt.ids.update({name: 5})
    )


def other(name: str, code: str, status: int = 400) -> Fault:
    """Name the row of the register that is called like the refusal."""

    def apply(attempt: Attempt) -> None:
        attempt.ids[name] = attempt.ids[code]

    return Fault(refusal(code, status=status), apply)


def body(code: str, *keys: str, status: int = 400, **values: Any) -> Fault:
    """Send these values."""

    def apply(attempt: Attempt) -> None:
        assert isinstance(attempt.body, dict)
        attempt.body.update(values)

    return Fault(refusal(code, *(keys or values), status=status), apply)


def query(code: str, **values: str) -> Fault:
    """Ask with these parameters; `_` stands for `$`."""
    named = {key.replace("_", "$"): value for key, value in values.items()}
    return Fault(refusal(code, *named), lambda attempt: attempt.query.update(named))


ANONYMOUS = by("anonymous", "not_authenticated", 401)
NO_MEMBER = by("outsider", "not_a_member")
NO_PERMISSION = by("member", "missing_permission")
NO_SHARE = by("outsider", "not_member_no_share")
DISABLED = Fault(
    refusal("organisation_not_found"),
    lambda attempt: setattr(attempt, "is_enabled", False),
)
BROKEN = Fault(
    refusal("invalid_json"), lambda attempt: setattr(attempt, "body", b'{"name": ')
)
SHORT_NAME = body("invalid_body", name="x")


def text_number(attempt: Attempt) -> None:
    """Give the whole number of the asset as a text."""
    assert isinstance(attempt.body, dict)
    attempt.body.setdefault("fields", {})["axles"] = "four"


FIELD_VALUE = Fault(refusal("invalid_field_value", "fields.axles"), text_number)


def unknown_field(attempt: Attempt) -> None:
    """Give a value of a field that does not exist."""
    assert isinstance(attempt.body, dict)
    attempt.body.setdefault("fields", {})["nonsense"] = 1


NO_SEAT = body("subscription_allocation_failed", status=429, subscription_id=UNKNOWN)
FIELD_UNKNOWN = Fault(refusal("field_unknown", "fields.nonsense"), unknown_field)


def dead_prefix(attempt: Attempt) -> None:
    """Ask for an asset of a type whose prefix is switched off."""
    attempt.ids["type"] = attempt.ids["dead"]


DEAD_PREFIX = Fault(refusal("prefix_invalid", "prefix_id"), dead_prefix)
O = "/api/organisations/{organisation}"  # noqa: E741 - the contract's own letter

ROWS: dict[str, tuple[str, list[Fault]]] = {
    "1 GET": ("/api/assetstatuses/{status}", [missing("status"), DISABLED, NO_MEMBER]),
    "2 PATCH": (
        "/api/assetstatuses/{status}",
        [missing("status"), DISABLED, NO_MEMBER, BROKEN, SHORT_NAME],
    ),
    "3 POST": (f"{O}/asset-statuses", [DISABLED, NO_PERMISSION, BROKEN, SHORT_NAME]),
    "4 GET": (
        f"{O}/asset-statuses",
        [
            DISABLED,
            NO_MEMBER,
            query("invalid_filter", active="perhaps"),
            query("odata_error", _top="x"),
        ],
    ),
    "5 POST": (
        f"{O}/asset-types",
        [
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            body("invalid_ephemerality", ephemerality=1),
            body("fleet_not_found", fleet_id=UNKNOWN),
            body("prefix_invalid", prefix_id=UNKNOWN),
            SHORT_NAME,
        ],
    ),
    "6 GET": (
        f"{O}/asset-types",
        [DISABLED, NO_MEMBER, query("invalid_filter", ephemerality="9")],
    ),
    "7 GET": ("/api/assettype/{type}", [missing("type"), DISABLED, NO_MEMBER]),
    "8 PATCH": (
        "/api/assettype/{type}",
        [
            missing("type"),
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            body("fleet_not_in_organisation", fleet_id=UNKNOWN),
            body("prefix_invalid", prefix_id=UNKNOWN),
            SHORT_NAME,
        ],
    ),
    "9 PUT": (
        "/api/assettype/{type}/asset-fields/{field}",
        [
            missing("type"),
            missing("field"),
            DISABLED,
            NO_PERMISSION,
            other("field", "field_other_organisation", 403),
        ],
    ),
    "10 DELETE": (
        "/api/assettype/{type}/asset-fields/{field}",
        [
            missing("type"),
            missing("field"),
            DISABLED,
            NO_PERMISSION,
            other("field", "field_other_organisation", 403),
            other("field", "field_not_associated"),
        ],
    ),
    "11 PUT": (
        "/api/assettype/{type}/asset-zones/{zone}",
        [
            missing("type"),
            missing("zone"),
            DISABLED,
            NO_PERMISSION,
            other("zone", "zone_other_organisation", 403),
        ],
    ),
    "12 DELETE": (
        "/api/assettype/{type}/asset-zones/{zone}",
        [
            missing("type"),
            missing("zone"),
            DISABLED,
            NO_PERMISSION,
            other("zone", "zone_other_organisation", 403),
            other("zone", "zone_not_associated"),
        ],
    ),
    "13 GET": ("/api/assetzones/{zone}", [missing("zone"), DISABLED, NO_MEMBER]),
    "14 PATCH": (
        "/api/assetzones/{zone}",
        [missing("zone"), DISABLED, NO_PERMISSION, BROKEN, SHORT_NAME],
    ),
    "15 POST": (f"{O}/asset-zones", [DISABLED, NO_PERMISSION, BROKEN, SHORT_NAME]),
    "16 GET": (
        f"{O}/asset-zones",
        [DISABLED, NO_MEMBER, query("invalid_filter", type="x")],
    ),
    "17 POST": (
        f"{O}/asset-fields",
        [
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            body("field_name_not_unique", name="Location"),
            body("field_name_reserved", name="FleetId"),
            body("invalid_field_definition", type=99),
        ],
    ),
    "18 GET": (
        f"{O}/asset-fields",
        [DISABLED, NO_MEMBER, query("invalid_filter", type="x")],
    ),
    "19 GET": ("/api/assetfield/{field}", [missing("field"), DISABLED, NO_MEMBER]),
    "20 GET": (
        "/api/assetfield/{field}/values/{value}",
        [
            missing("field"),
            DISABLED,
            NO_MEMBER,
            missing("value", "enum_value_not_found", 400),
        ],
    ),
    "21 PATCH": (
        "/api/assetfield/{field}",
        [
            missing("field"),
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            body("field_name_not_unique", name="Location"),
            body("field_name_reserved", name="FleetId"),
            body("invalid_field_definition", units="kg"),
            body("enum_value_not_found", values=[{"id": 5}]),
        ],
    ),
    "22 POST": (
        "/api/assetfield/{field}/values",
        [
            missing("field"),
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            other("field", "not_enum_field"),
            body("value_not_unique", value="RED"),
        ],
    ),
    "23 GET": ("/api/assets/{asset}", [missing("asset"), DISABLED, NO_SHARE]),
    "24 PATCH": (
        "/api/assets/{asset}",
        [
            missing("asset", "asset_not_found", 400),
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            FIELD_UNKNOWN,
            body("fleet_invalid", fleet_id=UNKNOWN),
            body("status_invalid", status_id=UNKNOWN),
            body("location_invalid", location_id=UNKNOWN),
            body("sub_location_invalid", sub_location_id=UNKNOWN),
            body("type_invalid", type_id=UNKNOWN),
            FIELD_VALUE,
            SHORT_NAME,
            NO_SEAT,
        ],
    ),
    "25 PATCH": (
        "/api/assets/{asset}/fields",
        [
            missing("asset", "asset_not_found", 400),
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            body("field_unknown", nonsense=1),
            body("field_read_only", number=1),
            body("fleet_invalid", FleetId=UNKNOWN),
            body("type_invalid", type_id=UNKNOWN),
            body("invalid_field_value", axles="four"),
            body("invalid_body", Name="x"),
            body("subscription_allocation_failed", status=429, SubscriptionId=UNKNOWN),
        ],
    ),
    "26 POST": (
        f"{O}/assets",
        [
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            body("asset_type_required", type_id=UNKNOWN),
            body("fleet_invalid", fleet_id=UNKNOWN),
            body("status_invalid", status_id=UNKNOWN),
            body("location_invalid", location_id=UNKNOWN),
            body("sub_location_invalid", sub_location_id=UNKNOWN),
            FIELD_UNKNOWN,
            FIELD_VALUE,
            body("group_not_in_fleet", group_id=UNKNOWN),
            body("prefix_type_mismatch", prefix_id=UNKNOWN),
            DEAD_PREFIX,
            SHORT_NAME,
            body("number_in_use", number=1),
            NO_SEAT,
        ],
    ),
    "27 GET": (
        f"{O}/assets",
        [
            DISABLED,
            NO_SHARE,
            query("invalid_filter", fleet="x"),
            query("odata_error", _skip="-1"),
        ],
    ),
    "history GET": (
        "/api/assetgroups/{asset}/history",
        [missing("asset"), DISABLED, NO_MEMBER, query("odata_error", _top="x")],
    ),
}
# What the rows need before anything is wrong with them; `{}` holds names of rows.
NEEDED: dict[str, dict[str, Any]] = {
    "5 POST": {"ephemerality": 0},
    "26 POST": {"type_id": "{type}"},
}


@pytest.fixture
def ids(cast: Cast) -> dict[str, int]:
    """Return the ids of a register in which every fault can be had."""
    own, foreign = {"organisation": cast.organisation}, {"organisation": cast.other}
    colour = AssetFieldFactory(**own, name="colour", type=FieldType.ENUM)
    axles = AssetFieldFactory(**own, name="axles", type=FieldType.INTEGER)
    AssetFieldFactory(**own, name="Location")
    zone = AssetZoneFactory(**own)
    kind = AssetTypeFactory(**own, with_fields=[colour, axles])
    off = PrefixFactory(**own, enabled=False)
    dead = AssetTypeFactory(**own, with_fields=[colour, axles], prefix=off)
    AssetTypeZone.objects.create(type=kind, zone=zone)
    return {
        "organisation": cast.organisation.pk,
        "status": AssetStatusFactory(**own).pk,
        "type": kind.pk,
        "dead": dead.pk,
        "zone": zone.pk,
        "field": colour.pk,
        "value": EnumValueFactory(field=colour, value="red").pk,
        "asset": make_asset(cast.organisation, type_id=kind.pk).pk,
        "field_other_organisation": AssetFieldFactory(**foreign).pk,
        "zone_other_organisation": AssetZoneFactory(**foreign).pk,
        "field_not_associated": AssetFieldFactory(**own).pk,
        "zone_not_associated": AssetZoneFactory(**own).pk,
        "not_enum_field": axles.pk,
    }


@pytest.mark.parametrize("row", ROWS)
def test_it_refuses_for_the_first_fault(
    cast: Cast, ids: dict[str, int], row: str
) -> None:
    path, faults = ROWS[row]
    faults = [ANONYMOUS, *faults]

    def answer(place: int) -> Said:
        attempt = Attempt(path, body=dict(NEEDED.get(row, {})), ids=dict(ids))
        for fault in reversed(faults[place:]):
            fault.apply(attempt)
        return said(sent(cast, attempt, row.split()[1]))

    found = [answer(place) for place in range(len(faults))]
    assert found == [fault.expected for fault in faults]


def sent(cast: Cast, attempt: Attempt, method: str) -> Answer:
    """Send the request."""
    Organisation.objects.filter(pk=cast.organisation.pk).update(
        enabled=attempt.is_enabled
    )
    return send(
        cast.client(attempt.who),
        method,
        attempt.path.format(**attempt.ids),
        attempt.query or named(attempt.body, attempt.ids),
    )


def named(given: dict[str, Any] | bytes, ids: dict[str, int]) -> Any:
    """Put the ids of rows where the body has their names."""
    if isinstance(given, bytes):
        return given
    return {
        key: value.format(**ids) if isinstance(value, str) else value
        for key, value in given.items()
    }
