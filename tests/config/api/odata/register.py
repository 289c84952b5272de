"""A small register with every kind of property, and what a filter finds in it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assets.api.fleet.views.assets import AssetViewSet
from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetField, AssetGroup, EnumValue, FieldType
from assets.services.conditions import ORDER, PROPERTIES
from assets.services.creation import create_assets
from assets.services.drafts import AssetDraft
from config.api.odata.filtering import condition_of
from config.api.odata.properties import Allowed
from organisations.models import Organisation
from organisations.services.access import Access
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    SubLocationFactory,
)

FIELDS = {
    "Text": FieldType.TEXT,
    "Int": FieldType.INTEGER,
    "Dec": FieldType.DECIMAL,
    "Flag": FieldType.BOOLEAN,
    "Day": FieldType.DATE,
    "Moment": FieldType.DATETIME,
    "Colour": FieldType.ENUM,
    "Run time": FieldType.DURATION,
    "Page": FieldType.URL,
}


@dataclass(frozen=True)
class Register:
    """Four assets, `a` to `d`; and one deleted, and one of somebody else."""

    cast: Cast
    fields: dict[str, AssetField]
    colours: dict[str, EnumValue]
    rows: dict[str, AssetGroup]

    @property
    def allowed(self) -> Allowed:
        """What the assets' list may be filtered and sorted by."""
        return allowed_in(self.cast.organisation)

    def matching(self, text: str) -> str:
        """Return the letters of the assets that a filter finds."""
        return self.letters(
            Asset.objects.present()
            .of(self.cast.organisation)
            .filter(condition_of(text, self.allowed))
        )

    def letters(self, found: Any) -> str:
        """Return the letters of the rows of a queryset, in its order."""
        letters = {row.pk: letter for letter, row in self.rows.items()}
        return "".join(letters[key] for key in found.values_list("pk", flat=True))


def allowed_in(organisation: Organisation) -> Allowed:
    """Return what the assets' list of an organisation may be filtered by."""
    view = AssetViewSet()
    view.access = Access(organisation, is_member=True, permissions=frozenset())
    return Allowed(PROPERTIES, view.custom_property, ORDER)


def make_fields(
    organisation: Organisation,
) -> tuple[dict[str, AssetField], dict[str, EnumValue]]:
    """Make a custom field of each type, and the values of the enum."""
    fields: dict[str, AssetField] = {
        name: AssetFieldFactory(organisation=organisation, name=name, type=kind)
        for name, kind in FIELDS.items()
    }
    colours: dict[str, EnumValue] = {
        text: EnumValueFactory(field=fields["Colour"], value=text)
        for text in ("Red", "blue")
    }
    return fields, colours


def fill(cast: Cast) -> Register:
    """Make the register."""
    own = {"organisation": cast.organisation}
    fields, colours = make_fields(cast.organisation)
    kind = AssetTypeFactory(**own, name="coach", with_fields=fields.values())
    depot = LocationFactory(**own, name="Helsinki depot", code="HKI")
    track = SubLocationFactory(location=depot, name="Track 1")
    drafts = [
        AssetDraft(
            type_id=kind.pk,
            name="Äänekoski",
            description="it's 50%_a",
            status_id=AssetStatusFactory(**own, name="in service").pk,
            fleet_id=FleetFactory(**own, name="InterCity", code="IC").pk,
            location_id=depot.pk,
            sub_location_id=track.pk,
            fields={
                "Text": "Öl",
                "Int": 5,
                "Dec": "0.1",
                "Flag": True,
                "Day": "2026-01-31",
                "Moment": "2026-01-01T00:00:00.500Z",
                "Colour": "Red",
                "Run time": 90,
                "Page": "https://example.org/a?b=c",
            },
        ),
        AssetDraft(
            type_id=kind.pk,
            name="bravo",
            description="padded",
            status_id=AssetStatusFactory(**own, name="scrapped", active=False).pk,
            active=False,
            fields={
                "Text": "öl \\",
                "Int": -5,
                "Dec": 7,
                "Flag": False,
                "Day": "2025-12-31",
                "Moment": "2026-01-01T00:00:00Z",
                "Colour": "blue",
                "Run time": 0,
            },
        ),
        AssetDraft(
            type_id=kind.pk,
            name="charlie",
            location_id=depot.pk,
            sub_location_id=track.pk,
        ),
        AssetDraft(
            type_id=kind.pk,
            name="ΟΔΟΣ 4",
            number=40,
            location_id=depot.pk,
            fields={
                "Int": 2**53 - 1,
                "Dec": "999999999999999",
                "Day": "0001-01-01",
                "Moment": "9999-12-31T23:59:59.999999Z",
            },
        ),
    ]
    rows = create_assets(
        organisation=cast.organisation, drafts=drafts, actor=cast.owner
    )
    _place_and_date(cast, rows)
    deleted = make_asset(cast.organisation, type_id=kind.pk, name="deleted")
    AssetGroup.objects.filter(pk=deleted.pk).update(deleted_at=datetime.now(UTC))
    make_asset(cast.other, name="echo")
    return Register(cast, fields, colours, dict(zip("abcd", rows, strict=True)))


def _place_and_date(cast: Cast, rows: list[AssetGroup]) -> None:
    """Govern `c` by a group in Turku and `d` by one without a place; set the dates.

    The spaces around the description of `b` are some that no service would keep.
    """
    AssetGroup.objects.filter(pk=rows[1].pk).update(description="  padded  ")
    turku = LocationFactory(organisation=cast.organisation, name="Turku", code="TKU")
    track = SubLocationFactory(location=turku, name="Track 9")
    for row, place in ((rows[2], turku), (rows[3], None)):
        group = AssetGroup.objects.get(pk=row.pk)
        # Without its id, the row is saved as another.
        no_id: Any = None
        group.pk, group.ephemerality, group.type = no_id, Ephemerality.TEMPORARY, None
        group.number, group.location = 900 + row.number, place
        group.sub_location = track if place else None
        group.save()
        AssetGroup.objects.filter(pk=row.pk).update(governed_by=group)
    moments = (
        datetime(2026, 1, 31, 22, 30, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2024, 2, 29, 12, 0, 0, 500000, tzinfo=UTC),
    )
    for row, moment in zip(rows, moments, strict=True):
        AssetGroup.objects.filter(pk=row.pk).update(created_at=moment)
