"""A register with devices that differ in whatever GET /Asset can narrow by."""

from datetime import UTC, datetime
from typing import Any

from rest_framework.test import APIClient

from assets.models import AssetGroup, EnumValue, FieldType, WorkItem
from config.api.snowflake import serial_of
from devices.models import AllowedStatus, ColumnProfile
from devices.services.drafts import DeviceDraft, IntegrationDraft, Linked
from devices.services.links import link_assets
from licensing.kinds import BillingPeriod, ReferenceKind
from licensing.models import Reference
from organisations.models import Membership, Organisation
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    EnumValueFactory,
)
from tests.factories.devices import (
    ColumnProfileFactory,
    ProfileColumnFactory,
    SavedSearchFactory,
    asset_of,
    make_devices,
)
from tests.factories.groups import make_group
from tests.factories.licensing import make_licence, make_seat
from tests.factories.logs import make_work_item
from tests.factories.organisations import LocationFactory

OCCURRED = datetime(2026, 1, 29, 20, tzinfo=UTC)
# The number of each kind of record that the full device refers to.
NUMBERS = {kind: place for place, kind in enumerate(ReferenceKind, start=40)}


class Register:
    """Devices called F (it has everything), B (bare), C (under F), I (inactive), X.

    X belongs to another organisation, of which the caller, `member`, is one as well.
    """

    def __init__(self, cast: Cast) -> None:
        self.cast, self.own = cast, cast.organisation
        self.client: APIClient = cast.client("member")
        own = {"organisation": self.own}
        self.site = LocationFactory(**own, name="Turku")
        self.status = AssetStatusFactory(**own)
        self.field = AssetFieldFactory(**own, name="memory", units="GB", required=True)
        self.field.type = FieldType.INTEGER
        self.field.save()
        self.choice: EnumValue = EnumValueFactory(
            field=AssetFieldFactory(**own, name="colour", type=FieldType.ENUM),
            value="green",
        )
        self.kind = AssetTypeFactory(
            **own, with_fields=[self.field, self.choice.field], name="laptop"
        )
        AllowedStatus.objects.create(type=self.kind, status=self.status)
        self.rows: dict[str, AssetGroup] = {}
        self._make_devices()
        self._connect()
        self._keep_views()

    def id(self, name: str) -> int:
        """Return the id of a device as the API shows it."""
        return serial_of(self.rows[name].pk)

    def get(self, **query: Any) -> dict[str, Any]:
        """Return the answer to the caller's query."""
        sent = {
            key: str(value).lower() if isinstance(value, bool) else value
            for key, value in query.items()
        }
        response = self.client.get("/api/Asset", sent)
        assert response.status_code == 200, (query, response.content)
        body: dict[str, Any] = response.json()
        return body

    def found(self, **query: Any) -> str:
        """Return the names of the devices that a query leaves, in their order."""
        names = {self.id(name): name for name in self.rows}
        return "".join(names[row["id"]] for row in self.get(**query)["assets"])

    def shown(self, name: str, **query: Any) -> dict[str, Any]:
        """Return one device as a query shows it."""
        rows = {row["id"]: row for row in self.get(**query)["assets"]}
        found: dict[str, Any] = rows[self.id(name)]
        return found

    def _make(
        self, key: str, tag: str, draft: DeviceDraft, at: Organisation, **values: Any
    ) -> None:
        draft.values["inventory_number"] = tag
        (device,) = make_devices(at, draft, **values)
        self.rows[key] = asset_of(device)

    def _make_devices(self) -> None:
        cast = self.cast
        full = DeviceDraft(
            values={
                "user_id": cast.member.pk,
                "icon": "laptop",
                "non_consignable": True,
            },
            references={
                kind: [Linked(number, kind.label, line=7)]
                for kind, number in NUMBERS.items()
            },
            external_links=[IntegrationDraft("domotz", 4)],
        )
        fields = {
            str(self.field.pk): 32,
            str(self.choice.field_id): str(self.choice.pk),
        }
        about = {"status_id": self.status.pk, "location_id": self.site.pk}
        self._make(
            "F", "FULL", full, self.own, type_id=self.kind.pk, fields=fields, **about
        )
        other = DeviceDraft(external_links=[IntegrationDraft("snow", 5)])
        self._make("B", "BARE", other, self.own, name="Fuller")
        child = DeviceDraft(values={"parent_id": self.rows["F"].pk})
        self._make("C", "CHILD", child, self.own)
        self._make("I", "IDLE", DeviceDraft(), self.own, active=False)
        self._make("X", "XENO", DeviceDraft(), cast.other)

    def _connect(self) -> None:
        cast, full = self.cast, self.rows["F"]
        Membership.objects.create(user=cast.member, organisation=cast.other)
        Membership.objects.filter(user=cast.member, organisation=self.own).update(
            location=self.site
        )
        contract = {"kind": ReferenceKind.CONTRACT, "organisation": self.own}
        Reference.objects.filter(**contract).update(
            billing_period=BillingPeriod.MONTHLY
        )
        cast.member.bookmarks.create(asset_id=full.pk)
        link_assets(full, self.rows["B"], actor=cast.owner)
        self.group = make_group(self.own, full, name="pool")
        self.licence = make_licence(self.own)
        make_seat(self.licence, full)
        self.ticket: WorkItem = make_work_item(
            self.own, asset_group_id=full.pk, type="defect", occurred_at=OCCURRED
        )
        make_work_item(cast.other, asset_group_id=self.rows["X"].pk)

    def _keep_views(self) -> None:
        own = {"organisation": self.own}
        self.profile: ColumnProfile = ColumnProfileFactory(**own)
        for place, name in enumerate(("username", "inventory_number"), start=1):
            ProfileColumnFactory(
                profile=self.profile,
                column_name=name,
                column_title_override=name.upper(),
                column_seq=place,
                width=100,
            )
        condition = {"filter_name": "notes", "filter_type": 7, "filter_value": ""}
        self.search = SavedSearchFactory(
            **own, search="full", advanced_search=[condition]
        )
        condition = {"filter_name": "notes", "filter_type": 8, "filter_value": ""}
        self.barren = SavedSearchFactory(**own, advanced_search=[condition])
