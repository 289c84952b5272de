"""A register of twenty organisations, grown by PostgreSQL itself to some size.

The services make a few rows of everything in each organisation; the rest are copies of
those, with ids of their own.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models
from oauth2_provider.models import AccessToken
from psycopg.sql import SQL, Composable, Identifier, Literal

from assets.models import (
    AssetField,
    AssetGroup,
    AssetLog,
    AssetStatus,
    FieldType,
    GroupMember,
    WorkItem,
)
from devices.models import Device, Software
from devices.services.drafts import DeviceDraft
from licensing.models import Allocation, Licence
from organisations.models import Change, Fleet, Location, Organisation
from organisations.services.tokens import create_token
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
)
from tests.factories.devices import asset_of, make_devices, make_reading, make_software
from tests.factories.groups import make_group
from tests.factories.licensing import make_licence, make_seat
from tests.factories.logs import make_log, make_work_item
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    OrganisationFactory,
)

ORGANISATIONS: Final = 20
ASSETS: Final = 8
COPIES: Final = 125
# The ids of the rows made by hand lie closer together than this.
STEP: Final = 100_000
SHIFT = SQL("n * {}").format(Literal(STEP))

# Every table that grows with the register, with what must differ in each copy.
GROWN: dict[type[models.Model], dict[str, Composable]] = {
    AssetGroup: {
        "number": SQL("number + n * 1000"),
        "name": SQL("name || n"),
        "normalised_name": SQL("normalised_name || n"),
    },
    GroupMember: {},
    Device: {
        "inventory_number": SQL("inventory_number || n"),
        "normalised_inventory_number": SQL("normalised_inventory_number || n"),
    },
    Licence: {
        "name": SQL("name || n"),
        "normalised_name": SQL("normalised_name || n"),
    },
    Software: {},
    Allocation: {},
    AssetLog: {},
    WorkItem: {"number": SQL("number + n * 1000")},
    Change: {"object_id": SQL("object_id + {}").format(SHIFT)},
    AccessToken: {
        "token": SQL("token || n"),
        "token_checksum": SQL("md5(token_checksum || n)"),
    },
}

# What vacuum does to indexes of words before long: a new row waits outside of them.
SETTLED = """
    SELECT gin_clean_pending_list(indexrelid) FROM pg_index
    JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE amname = 'gin'
"""


@dataclass(frozen=True)
class Found:
    """What one organisation has, to be asked for."""

    organisation: Organisation
    status: AssetStatus
    fleet: Fleet
    location: Location
    field: AssetField
    asset: AssetGroup
    group: AssetGroup
    licence: Licence
    log: AssetLog
    work_item: WorkItem


def gather(cast: Cast) -> Found:
    """Fill the register, let PostgreSQL look at it, and return what the cast has."""
    found = _furnish(cast.organisation)
    for _ in range(ORGANISATIONS - 1):
        _furnish(OrganisationFactory())
    for model in GROWN:
        _grow(model)
    with connection.cursor() as cursor:
        cursor.execute(SETTLED)
        cursor.execute("ANALYZE")
        # As on disks without moving parts, or when tables lie in memory.
        cursor.execute("SET LOCAL random_page_cost = 1.1")
    return found


def _furnish(organisation: Organisation) -> Found:
    """Make some assets that differ, and one or two of whatever hangs on them."""
    own: dict[str, Any] = {"organisation": organisation}
    field: AssetField = AssetFieldFactory(**own, type=FieldType.INTEGER)
    status, place, fleet, kind = [], [], [], []
    for _ in range(ASSETS // 2):
        status.append(AssetStatusFactory(**own))
        place.append(LocationFactory(**own))
        fleet.append(FleetFactory(**own))
        kind.append(AssetTypeFactory(**own, with_fields=[field]))
    devices = [
        make_devices(
            organisation,
            DeviceDraft(values={"inventory_number": f"NB-{n}"}),
            name=f"Sm{n}",
            type_id=kind[n % 4].pk,
            status_id=status[n // 2].pk,
            location_id=place[(n + 1) % 4].pk,
            fleet_id=fleet[n % 3].pk,
            fields={str(field.pk): n},
        )[0]
        for n in range(ASSETS)
    ]
    assets = [asset_of(device) for device in devices]
    licences = [make_licence(organisation, name=f"Office {n}") for n in range(2)]
    for n, asset in enumerate(assets):
        make_software(asset)
        make_reading(asset)
        make_seat(licences[n % 2], asset)
    create_token(user=organisation.owner, name="a program")
    group = make_group(organisation, *assets[:2], location_id=place[0].pk)
    return Found(
        organisation=organisation,
        status=status[0],
        fleet=fleet[0],
        location=place[1],
        field=field,
        asset=assets[3],
        group=group,
        licence=licences[0],
        log=[make_log(asset) for asset in assets[:4]][-1],
        work_item=[
            make_work_item(organisation, asset_group_id=str(asset.pk))
            for asset in assets[:4]
        ][-1],
    )


def _grow(model: type[models.Model]) -> None:
    """Copy every row of a table many times, each copy beside those of its kin."""
    columns = {
        str(field.column): _copied(field) for field in model._meta.local_concrete_fields
    }
    table = Identifier(model._meta.db_table)
    statement = SQL(
        "INSERT INTO {table} ({columns}) "
        "SELECT {values} FROM {table} CROSS JOIN generate_series(1, {copies}) AS n"
    ).format(
        table=table,
        columns=SQL(", ").join(map(Identifier, columns)),
        values=SQL(", ").join((columns | GROWN[model]).values()),
        copies=Literal(COPIES),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _copied(field: "models.Field[Any, Any]") -> Composable:
    """Return what stands in a copy's column: an id beside the first, or the same."""
    column = Identifier(str(field.column))
    related = getattr(field.related_model, "_meta", None)
    if (related.concrete_model in GROWN) if related else field.primary_key:
        return SQL("{} + {}").format(column, SHIFT)
    return column
