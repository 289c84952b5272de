"""A register with something of everything that a device may name."""

from dataclasses import dataclass, field
from typing import Any

from assets.models import AssetField, AssetStatus, AssetType, EnumValue, FieldType
from config.api.snowflake import serial_of
from licensing.models import Licence
from organisations.models import Location
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    EnumValueFactory,
)
from tests.factories.licensing import make_licence
from tests.factories.organisations import LocationFactory

# A field of each kind, by name.
KINDS = {
    "text": FieldType.TEXT,
    "memory": FieldType.INTEGER,
    "weight": FieldType.DECIMAL,
    "touch": FieldType.BOOLEAN,
    "bought": FieldType.DATE,
    "seen": FieldType.DATETIME,
    "keys": FieldType.ENUM,
    "uptime": FieldType.DURATION,
    "page": FieldType.URL,
}


@dataclass
class Register:
    """One client's words, places and licences; the cast's owner acts."""

    cast: Cast
    kind: AssetType
    status: AssetStatus
    site: Location
    licence: Licence
    fields: dict[str, AssetField]
    layout: EnumValue
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.cast.client("owner")

    def body(self, **members: Any) -> dict[str, Any]:
        """Return the least that makes a device, and these members."""
        client, kind = self.cast.organisation, self.kind
        return {
            "client_id": serial_of(client.pk),
            "assettype_id": serial_of(kind.pk),
            **members,
        }

    def post(self, body: Any) -> Any:
        """Post as the owner."""
        return self.client.post("/api/Asset", body)

    def make(self, **members: Any) -> dict[str, Any]:
        """Make a device, and return the answer."""
        response = self.post(self.body(**members))
        assert response.status_code == 201, response.json()
        made: dict[str, Any] = response.json()
        return made

    def read(self, serial: int, **flags: Any) -> dict[str, Any]:
        """Read a device with what the flags ask for."""
        response = self.client.get(f"/api/Asset/{serial}", flags)
        assert response.status_code == 200, response.json()
        found: dict[str, Any] = response.json()
        return found

    def value(self, name: str, value: Any) -> dict[str, Any]:
        """Return an item that sets a custom field."""
        return {"id": serial_of(self.fields[name].pk), "value": value}


def furnished(cast: Cast) -> Register:
    """Furnish the cast's organisation."""
    own = {"organisation": cast.organisation}
    fields: dict[str, AssetField] = {
        name: AssetFieldFactory(
            **own, name=name, type=kind, units="GB" if name == "memory" else ""
        )
        for name, kind in KINDS.items()
    }
    layout = EnumValueFactory(field=fields["keys"], value="qwerty")
    return Register(
        cast,
        kind=AssetTypeFactory(**own, name="laptop", with_fields=fields.values()),
        status=AssetStatusFactory(**own, name="in service"),
        site=LocationFactory(**own, name="Office Turku"),
        licence=make_licence(cast.organisation, 2),
        fields=fields,
        layout=layout,
    )
