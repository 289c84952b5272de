"""Assets with random values, and the same values in plain Python."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetGroup
from assets.services.creation import create_assets
from assets.services.drafts import AssetDraft
from tests.cast import Cast
from tests.config.api.odata.grammar import Row
from tests.config.api.odata.register import allowed_in, make_fields
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory
from tests.factories.organisations import FleetFactory, LocationFactory

NAMES = ("Alfa", "alfa", "Äland", "ÄLAND", "ΟΔΟΣ", "straße", "a'b", "50%_a", "zz 9")
TEXTS = ("öl", "ÖL", " öl ", "\\", "'", "Öl 50%", "a_b", "ς", "x")
MOMENTS = (
    datetime(2024, 2, 29, 12, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1, 0, 0, 0, 500000, tzinfo=UTC),
    datetime(2026, 1, 31, 22, 30, tzinfo=UTC),
)
VALUES: dict[str, tuple[Any, ...]] = {
    "Text": TEXTS,
    "Int": (-6, -5, 0, 5, 7, 2**53 - 1),
    "Dec": tuple(
        map(
            Decimal,
            (
                "-5.5",
                "0",
                "0.1",
                "0.100001",
                "7",
                "123456789.123456",
                "999999999999999",
            ),
        )
    ),
    "Flag": (True, False),
    "Day": (date(2024, 2, 29), date(2025, 12, 31), date(2026, 1, 1)),
    "Moment": MOMENTS,
    "Colour": ("Red", "blue"),
    "Run time": (0, 1, 2, 5),
    "Page": ("https://example.org/a", "https://example.org/A?b=c"),
}
HOW_MANY = 40


class Scattered:
    """What the database has, and what Python knows of it by id."""

    def __init__(self, cast: Cast, rows: dict[int, Row]) -> None:
        self.cast, self.rows = cast, rows
        self.allowed = allowed_in(cast.organisation)

    @property
    def assets(self) -> Any:
        """The assets of the organisation."""
        return Asset.objects.of(self.cast.organisation)


def scatter(cast: Cast) -> Scattered:
    """Make the assets, each value absent as often as not."""
    random = Random(7)  # noqa: S311 - the same assets in every run
    own = {"organisation": cast.organisation}
    fields, _ = make_fields(cast.organisation)
    kind = AssetTypeFactory(**own, with_fields=fields.values())
    statuses = [
        AssetStatusFactory(**own, name="alfa", active=True),
        AssetStatusFactory(**own, name="Äland", active=False),
    ]
    fleets = [FleetFactory(**own, code=code) for code in ("", "öl", "A")]
    places = [LocationFactory(**own) for _ in range(3)]
    drafts, rows = [], []
    for _ in range(HOW_MANY):
        custom = {
            name: random.choice(pool)
            for name, pool in VALUES.items()
            if random.random() < 0.5
        }
        status = random.choice([None, *statuses])
        fleet = random.choice([None, *fleets])
        place = random.choice([None, *places])
        row: Row = {
            "name": random.choice(NAMES),
            "description": random.choice(("", *TEXTS)).strip(),
            "active": random.random() < 0.5,
            "status_id": status and status.pk,
            "status/name": status and status.name,
            "status/active": status and status.active,
            "fleet_id": fleet and fleet.pk,
            "fleet/code": fleet and fleet.code,
            "location_id": place and place.pk,
            "created_at": random.choice(MOMENTS),
            **{f"fields/{name}": custom.get(name) for name in VALUES},
        }
        drafts.append(
            AssetDraft(
                type_id=kind.pk,
                **{
                    key: row[key]
                    for key in (
                        *("name", "description", "active"),
                        *("status_id", "fleet_id", "location_id"),
                    )
                },
                fields={name: _wire(value) for name, value in custom.items()},
            )
        )
        rows.append(row)
    made = create_assets(
        organisation=cast.organisation, drafts=drafts, actor=cast.owner
    )
    governor = _governor(made[0], places[0].pk)
    for asset, row in zip(made, rows, strict=True):
        changes: dict[str, Any] = {"created_at": row["created_at"]}
        if random.random() < 0.3:
            changes["governed_by"] = governor
            row["location_id"] = places[0].pk
        AssetGroup.objects.filter(pk=asset.pk).update(**changes)
        row |= {"id": asset.pk, "location/id": row["location_id"]}
        row |= {"number": asset.number, "formatted_number": asset.formatted_number}
    by_id = {row["id"]: row for row in rows}
    return Scattered(cast, by_id)


def _wire(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _governor(asset: AssetGroup, place: int) -> AssetGroup:
    group = AssetGroup.objects.get(pk=asset.pk)
    # Without its id, the row is saved as another.
    no_id: Any = None
    group.pk, group.ephemerality, group.type = no_id, Ephemerality.TEMPORARY, None
    group.number, group.location_id = 10_000, place
    group.save()
    return group
