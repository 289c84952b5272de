"""Which of several faults a request about groups or equipment is refused for.

The rows are read like those of `test_check_order`: the test of refusal k sends a
request that has the faults k to the last, and expects k.
"""

from typing import Any

import pytest

from assets.ephemerality import Ephemerality
from assets.models import FieldType
from organisations.models import Organisation
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said, send
from tests.assets.api.fleet.test_check_order import (
    ANONYMOUS,
    BROKEN,
    DISABLED,
    FIELD_UNKNOWN,
    FIELD_VALUE,
    NO_MEMBER,
    NO_PERMISSION,
    NO_SHARE,
    SHORT_NAME,
    Attempt,
    Fault,
    O,
    body,
    missing,
    other,
    query,
)
from tests.cast import Cast
from tests.factories.assets import AssetFieldFactory, AssetTypeFactory, make_asset
from tests.factories.groups import make_equipment, make_group, make_unit
from tests.factories.organisations import FleetFactory, PrefixFactory

CONSIST = "consist_asset_group_ids"


def consist(code: str, *ids: str) -> Fault:
    """Name these members."""
    values: dict[str, Any] = {CONSIST: list(ids)}
    return body(code, CONSIST, **values)


def seat(key: str) -> Fault:
    """Ask for a seat of a subscription that does not exist."""
    return Fault(
        refusal("subscription_allocation_failed", key, status=429),
        lambda attempt: attempt.body.update({key: UNKNOWN}),  # type: ignore[union-attr]
    )


# A place behind the end, asked for an asset that is not in the group.
FAR_POSITION = Fault(
    refusal("order_out_of_range", "position"),
    lambda attempt: attempt.ids.update(member=attempt.ids["asset_not_in_group"]),
)
REFERENCES = [
    body("fleet_invalid", fleet_id=UNKNOWN),
    body("status_invalid", status_id=UNKNOWN),
    body("location_invalid", location_id=UNKNOWN),
    body("sub_location_invalid", sub_location_id=UNKNOWN),
]
CONSISTS = [
    consist("consist_required"),
    consist("consist_member_invalid", "{asset}", "{asset}", str(UNKNOWN)),
    consist("consist_duplicate", "{asset}", "{asset}"),
    body("asset_not_in_fleet", CONSIST, fleet_id="{fleet}"),
]
NUMBER_IN_USE = body("number_in_use", number=1)
DEAD_PREFIX = body("prefix_invalid", "prefix_id", type_id="{dead}")
BUILT_INS = [
    body("field_unknown", nonsense=1),
    body("field_read_only", number=1),
    body("fleet_invalid", FleetId=UNKNOWN),
    body("type_invalid", type_id=UNKNOWN),
]
FILTERS = [query("invalid_filter", fleet="x"), query("odata_error", _skip="-1")]
VALUES = [body("invalid_field_value", axles="four"), body("invalid_body", Name="x")]

ROWS: dict[str, tuple[str, list[Fault]]] = {
    "24 PATCH": (
        "/api/assets/{asset}",
        [
            FIELD_UNKNOWN,
            body("group_not_in_fleet", group_id="{group}"),
            *REFERENCES,
            body("type_invalid", type_id=UNKNOWN),
            body("group_invalid", group_id=UNKNOWN),
            FIELD_VALUE,
            SHORT_NAME,
            seat("subscription_id"),
        ],
    ),
    "25 PATCH": (
        "/api/assets/{asset}/fields",
        [
            body("group_not_in_fleet", GroupId="{group}"),
            *BUILT_INS,
            body("group_invalid", GroupId=UNKNOWN),
            *VALUES,
            seat("SubscriptionId"),
        ],
    ),
    "26 POST": (
        f"{O}/assets",
        [
            *REFERENCES,
            FIELD_UNKNOWN,
            FIELD_VALUE,
            body("group_not_in_fleet", group_id=UNKNOWN),
            body("group_not_in_fleet", group_id="{group}"),
            body("prefix_type_mismatch", prefix_id=UNKNOWN),
            DEAD_PREFIX,
            SHORT_NAME,
            NUMBER_IN_USE,
            seat("subscription_id"),
        ],
    ),
    "28 POST": (
        f"{O}/asset-groups",
        [
            ANONYMOUS,
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            body("invalid_ephemerality", ephemerality=0),
            body("asset_type_required", type_id="{type}"),
            *REFERENCES,
            FIELD_UNKNOWN,
            FIELD_VALUE,
            *CONSISTS,
            body("prefix_invalid", prefix_id=UNKNOWN),
            SHORT_NAME,
            NUMBER_IN_USE,
        ],
    ),
    "28 POST permanent": (
        f"{O}/asset-groups",
        [
            body("invalid_ephemerality", ephemerality=3),
            body("asset_type_required", type_id="{type}"),
            *REFERENCES,
            FIELD_UNKNOWN,
            FIELD_VALUE,
            *CONSISTS[1:],
            body("prefix_type_mismatch", prefix_id=UNKNOWN),
            DEAD_PREFIX,
            SHORT_NAME,
            NUMBER_IN_USE,
        ],
    ),
    "29 GET": (f"{O}/asset-groups", [ANONYMOUS, DISABLED, NO_MEMBER, *FILTERS]),
    "30 GET": (
        "/api/assetgroups/{group}",
        [ANONYMOUS, missing("group"), DISABLED, NO_SHARE],
    ),
    "31 PATCH": (
        "/api/assetgroups/{group}",
        [
            ANONYMOUS,
            missing("group"),
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            other("group", "single_type_group"),
            FIELD_UNKNOWN,
            *REFERENCES,
            body("type_invalid", type_id=UNKNOWN),
            body("asset_not_in_fleet", fleet_id="{other_fleet}"),
            FIELD_VALUE,
            SHORT_NAME,
        ],
    ),
    "32 PATCH": (
        "/api/assetgroups/{group}/fields",
        [
            ANONYMOUS,
            missing("group"),
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            other("group", "single_type_group"),
            *BUILT_INS,
            body("asset_not_in_fleet", FleetId="{other_fleet}"),
            *VALUES,
        ],
    ),
    "33 PUT": (
        "/api/assetgroups/{group}/assets/{member}",
        [
            ANONYMOUS,
            missing("group"),
            missing("member"),
            DISABLED,
            NO_MEMBER,
            BROKEN,
            other("group", "not_temporary"),
            other("member", "asset_not_in_fleet"),
            FAR_POSITION,
        ],
    ),
    "34 PATCH": (
        "/api/assetgroups/{group}/assets/{member}",
        [
            ANONYMOUS,
            missing("group"),
            missing("member"),
            DISABLED,
            NO_MEMBER,
            BROKEN,
            other("group", "single_type_group"),
            other("member", "asset_not_in_group"),
            body("order_out_of_range", order=2),
        ],
    ),
    "35 DELETE": (
        "/api/assetgroups/{group}/assets/{member}",
        [
            ANONYMOUS,
            missing("group"),
            missing("member"),
            DISABLED,
            NO_MEMBER,
            other("group", "not_temporary"),
            other("member", "asset_not_in_group"),
        ],
    ),
    "42 GET": (
        "/api/equipment/{equipment}",
        [ANONYMOUS, missing("equipment"), DISABLED, NO_MEMBER],
    ),
    "43 PATCH": (
        "/api/equipment/{equipment}",
        [
            ANONYMOUS,
            missing("equipment"),
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            FIELD_UNKNOWN,
            *REFERENCES,
            body("type_invalid", type_id=UNKNOWN),
            FIELD_VALUE,
            SHORT_NAME,
        ],
    ),
    "44 PATCH": (
        "/api/equipment/{equipment}/fields",
        [
            ANONYMOUS,
            missing("equipment"),
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            *BUILT_INS,
            *VALUES,
        ],
    ),
    "45 POST": (
        f"{O}/equipment",
        [
            ANONYMOUS,
            DISABLED,
            NO_PERMISSION,
            BROKEN,
            body("asset_type_required", type_id="{type}"),
            *REFERENCES,
            FIELD_UNKNOWN,
            FIELD_VALUE,
            body("prefix_type_mismatch", prefix_id=UNKNOWN),
            body("prefix_invalid", "prefix_id", type_id="{dead_equipment}"),
            SHORT_NAME,
            NUMBER_IN_USE,
        ],
    ),
    "46 GET": (f"{O}/equipment", [ANONYMOUS, DISABLED, NO_MEMBER, *FILTERS]),
    "asset DELETE": (
        "/api/assets/{asset}",
        [ANONYMOUS, missing("asset"), DISABLED, NO_PERMISSION],
    ),
    "group DELETE": (
        "/api/assetgroups/{group}",
        [
            ANONYMOUS,
            missing("group"),
            DISABLED,
            NO_PERMISSION,
            other("group", "single_type_group"),
        ],
    ),
    "equipment DELETE": (
        "/api/equipment/{equipment}",
        [ANONYMOUS, missing("equipment"), DISABLED, NO_PERMISSION],
    ),
}
# What the rows need before anything is wrong with them; `{}` holds names of rows.
NEEDED: dict[str, dict[str, Any]] = {
    "26 POST": {"type_id": "{type}"},
    "28 POST": {"ephemerality": 1, CONSIST: ["{asset}"]},
    "28 POST permanent": {
        "ephemerality": 2,
        "type_id": "{unit_type}",
        CONSIST: ["{asset}"],
    },
    "33 PUT": {"position": 3},
    "45 POST": {"type_id": "{equipment_type}"},
}


@pytest.fixture
def ids(cast: Cast) -> dict[str, int]:
    """Return the ids of a register in which every fault can be had."""
    own, organisation = {"organisation": cast.organisation}, cast.organisation
    axles = AssetFieldFactory(**own, name="axles", type=FieldType.INTEGER)
    fleet, other_fleet = FleetFactory(**own).pk, FleetFactory(**own).pk
    off = PrefixFactory(**own, enabled=False)

    def kind(ephemerality: Ephemerality, prefix: Any) -> int:
        made = AssetTypeFactory(
            **own, ephemerality=ephemerality, prefix=prefix, with_fields=[axles]
        )
        return int(made.pk)

    types = {
        name: kind(ephemerality, PrefixFactory(**own))
        for name, ephemerality in (
            ("type", Ephemerality.SINGLE),
            ("unit_type", Ephemerality.PERMANENT),
            ("equipment_type", Ephemerality.EQUIPMENT),
        )
    }
    asset = make_asset(organisation, type_id=types["type"])
    in_fleet = [
        make_asset(organisation, type_id=types["type"], fleet_id=fleet)
        for _ in range(3)
    ]
    equipment = make_equipment(organisation, type_id=types["equipment_type"])
    unit = make_unit(organisation, in_fleet[0], type_id=types["unit_type"])
    group = make_group(organisation, *in_fleet[:2], fleet_id=fleet)
    return {
        **types,
        "dead": kind(Ephemerality.SINGLE, off),
        "dead_equipment": kind(Ephemerality.EQUIPMENT, off),
        "organisation": organisation.pk,
        "fleet": fleet,
        "other_fleet": other_fleet,
        "asset": asset.pk,
        "equipment": equipment.pk,
        "group": group.pk,
        "member": in_fleet[0].pk,
        "single_type_group": asset.pk,
        "not_temporary": unit.pk,
        "asset_not_in_fleet": asset.pk,
        "asset_not_in_group": in_fleet[2].pk,
    }


@pytest.mark.parametrize("row", ROWS)
def test_it_refuses_for_the_first_fault(
    cast: Cast, ids: dict[str, int], row: str
) -> None:
    path, faults = ROWS[row]
    if "permanent" in row:
        ids["dead"] = dead_unit_type(cast)
    for place, first in enumerate(faults):
        attempt = Attempt(path, body=dict(NEEDED.get(row, {})), ids=dict(ids))
        for fault in reversed(faults[place:]):
            fault.apply(attempt)
        response = attempted(cast, attempt, row.split()[1])
        assert said(response) == first.expected, (row, place)
        if response.status_code == 429:
            assert "Retry-After" not in response


def attempted(cast: Cast, attempt: Attempt, method: str) -> Any:
    """Send what was attempted."""
    Organisation.objects.filter(pk=cast.organisation.pk).update(
        enabled=attempt.is_enabled
    )
    return send(
        cast.client(attempt.who),
        method,
        attempt.path.format(**attempt.ids),
        attempt.query or named(attempt.body, attempt.ids),
    )


def dead_unit_type(cast: Cast) -> int:
    """Make a type of permanent groups whose prefix is switched off."""
    off = PrefixFactory(organisation=cast.organisation, enabled=False)
    made = AssetTypeFactory(
        organisation=cast.organisation, ephemerality=Ephemerality.PERMANENT, prefix=off
    )
    return int(made.pk)


def named(given: Any, ids: dict[str, int]) -> Any:
    """Put the ids of rows where the body has their names."""
    if isinstance(given, str):
        return given.format(**ids)
    if isinstance(given, dict):
        return {key: named(value, ids) for key, value in given.items()}
    if isinstance(given, list):
        return [named(value, ids) for value in given]
    return given
