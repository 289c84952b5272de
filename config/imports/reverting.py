"""Giving rows the values back that they had before an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from assets.ephemerality import ALONE
from assets.models import AssetField, AssetGroup, AssetZone
from assets.services.changing import update_assets
from assets.services.removal import delete_asset
from assets.services.types import add_field, add_zone, remove_field, remove_zone
from devices.models import AssetLink, Device, IntegrationLink, Software
from devices.services.creation import DeviceChange, update_devices
from devices.services.custody import check_in
from devices.services.drafts import DeviceDraft, SoftwareDraft
from devices.services.integrations import remove_link
from devices.services.links import unlink_assets
from devices.services.references import set_references
from devices.services.software import remove_software
from licensing.kinds import ReferenceKind
from licensing.models import Allocation
from licensing.services.seats import release
from organisations.models import Change, Membership, Organisation, User
from organisations.services import rows
from organisations.services.members import update_member

LABELS = ("organisations", "assets", "licensing", "devices")
ASSET = "assetgroup"
# Columns of an asset that a body names.
OF_ASSETS = frozenset(
    {
        *("name", "description", "active", "type_id", "status_id", "fleet_id"),
        *("location_id", "sub_location_id", "subscription_id"),
    }
)
# Links of a type, what takes one away, and what brings one back.
LINKS: Mapping[str, tuple[Any, Any, Any]] = {
    "fields": (AssetField, remove_field, add_field),
    "zones": (AssetZone, remove_zone, add_zone),
}
ROLES = ("membership", "roles")
# Seats as a licence's line calls them; the asset's line says the same once more.
SEATS = {"configuration_items": "asset", "users": "user"}
SAID_TWICE = "licences"
SOFTWARE = "software"
LINKED = "linked_assets"
# What comes to an asset, and can be taken away again.
COMING = frozenset(
    {SAID_TWICE, SOFTWARE, "references", "external_links", "custody", LINKED}
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of history: what it is about, and which value was what before."""

    pk: int
    model: str
    object_id: int
    action: str
    field: str
    old: Any
    new: Any

    @property
    def parts(self) -> tuple[str, str, str]:
        """What a field such as `software/5/count` consists of."""
        name, _, rest = self.field.partition("/")
        key, _, column = rest.partition("/")
        return name, key, column


def model_named(name: str) -> Any:
    """Return the register's model that the history calls so."""
    configs = (apps.get_app_config(label) for label in LABELS)
    return next(one.get_model(name) for one in configs if name in one.models)


def reason_against(line: Line) -> str:
    """Say why a line cannot be taken back; empty when it can."""
    is_changed = line.action == Change.Action.CHANGED
    if is_changed and (_is_link(line) or _is_column(line)):
        return ""
    return f"What happened to its {line.field or 'row'} cannot be taken back."


def revert(
    organisation: Organisation,
    changed: Mapping[tuple[str, int], Sequence[Line]],
    *,
    actor: User,
) -> int:
    """Give every row the values it had; return how many rows there are."""
    for (model, key), lines in changed.items():
        # The first line of a value knows what it was before the import.
        first = list({_about(line): line for line in reversed(lines)}.values())
        for line in first:
            if _is_link(line):
                _take_link_away(line, actor)
        columns = {
            line.field: line.old
            for line in first
            # Its group lets it go when that is deleted.
            if not _is_link(line) and line.field != "group_id"
        }
        if roles := [line for line in first if (model, line.field) == ROLES]:
            del columns["roles"]
            _revert_roles(key, roles[0].old, actor)
        if model == ASSET:
            _revert_asset(organisation, key, columns, actor)
        elif columns:
            row = rows.locked(model_named(model)(pk=key))
            values = {name: _typed(type(row), name, columns[name]) for name in columns}
            rows.update(row, values, actor=actor, is_checked=True)
    return len(changed)


def _about(line: Line) -> str:
    """Return what tells values and links of a row apart: it has many of a kind."""
    is_of_type = line.model == "assettype" and line.field in LINKS
    if is_of_type or line.field == LINKED:
        return f"{line.field}/{line.new or line.old}"
    return line.field


def _revert_roles(key: int, role_ids: Sequence[str], actor: User) -> None:
    """Give a member the roles they had; who loaded the file could grant the others."""
    member = Membership.objects.select_related("organisation").get(pk=key)
    values = {"role_ids": [int(one) for one in role_ids]}
    update_member(membership=member, values=values, actor=actor, is_operator=True)


def _is_link(line: Line) -> bool:
    """Tell whether the line is about something that came to the row."""
    name, _, column = line.parts
    is_new = line.old is None and line.new is not None
    match line.model:
        case "assettype":
            return name in LINKS
        case "licence":
            return is_new and name in SEATS
        case "assetgroup":
            return is_new and name in COMING and not column
    return False


def _is_column(line: Line) -> bool:
    name, key, column = line.parts
    if line.model != ASSET:
        is_known = _field(model_named(line.model), line.field) is not None
        return is_known or (line.model, line.field) == ROLES
    if name == SOFTWARE:
        return _field(Software, column) is not None
    is_custom = name == "fields" and bool(key)
    return line.field in OF_ASSETS or is_custom or _field(Device, name) is not None


def _field(model: Any, name: str) -> Any:
    """Return the model's column of that name, or None."""
    try:
        found = model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return None
    is_column = found.concrete and not found.many_to_many
    return found if is_column and name in {found.name, found.attname} else None


def _typed(model: Any, name: str, value: Any) -> Any:
    """Return what a column holds of a value of the history."""
    return None if value is None else _field(model, name).to_python(value)


def _take_link_away(line: Line, actor: User) -> None:
    name, key, _ = line.parts
    if line.model == "licence":
        seats = Allocation.objects.filter(
            licence=line.object_id, **{f"{SEATS[name]}_id": key}
        )
        release(seats, actor=actor)
    elif name in LINKS:
        model, remove, add = LINKS[name]
        kind = model_named(line.model).objects.get(pk=line.object_id)
        change = remove if line.new else add
        change(kind, model.objects.get(pk=line.new or line.old), actor=actor)
    elif name != SAID_TWICE:
        _take_from_asset(line, AssetGroup.objects.get(pk=line.object_id), actor)


def _take_from_asset(line: Line, asset: AssetGroup, actor: User) -> None:
    name, key, _ = line.parts
    match name:
        case "software":
            remove_software(Software.objects.filter(pk=key), actor=actor)
        case "references":
            draft = DeviceDraft(references={ReferenceKind(key): []})
            set_references([(asset, draft)], {}, actor=actor)
        case "external_links":
            links = IntegrationLink.objects.filter(asset=asset.pk, integration_type=key)
            for link in links:
                if str(link) == line.new:
                    remove_link(link, actor=actor)
        case "custody":
            check_in(asset, actor=actor)
        case "linked_assets":
            _unlink(asset.pk, int(line.new), actor)


def _unlink(one: int, other: int, actor: User) -> None:
    """Take two assets apart, of which either's line may have come first."""
    first, second = sorted((one, other))
    found = AssetLink.objects.select_related("first", "second")
    for link in found.filter(first=first, second=second):
        unlink_assets(link, actor=actor)


def _revert_asset(
    organisation: Organisation, key: int, columns: Mapping[str, Any], actor: User
) -> None:
    body = {name: columns[name] for name in columns if name in OF_ASSETS}
    custom = {
        name.partition("/")[2]: value
        for name, value in columns.items()
        if name.startswith("fields/")
    }
    draft = DeviceDraft(
        values={
            name: _typed(Device, name, value)
            for name, value in columns.items()
            if name not in OF_ASSETS and _field(Device, name) is not None
        },
        software=_programs(columns),
    )
    if custom:
        body["fields"] = custom
    if draft.values or draft.software:
        change = DeviceChange(key, body, draft)
        update_devices(organisation=organisation, changes=[change], actor=actor)
    elif body:
        update_assets(organisation, [(key, body)], actor=actor)


def _programs(columns: Mapping[str, Any]) -> list[SoftwareDraft]:
    """Return what the programs of a device were, of those that changed."""
    values: dict[str, dict[str, Any]] = {}
    for name, value in columns.items():
        if name.startswith(f"{SOFTWARE}/"):
            _, key, column = name.split("/")
            values.setdefault(key, {})[column] = _typed(Software, column, value)
    found = Software.objects.select_related("title").filter(pk__in=values)
    return [
        SoftwareDraft(one.title.name, one.title.version, values[str(one.pk)])
        for one in found
    ]


def is_group(row: Any) -> bool:
    """Tell whether a row is a group of assets."""
    return isinstance(row, AssetGroup) and row.ephemerality not in ALONE


def dissolve(group: AssetGroup, *, actor: User) -> None:
    """Delete a group; its members go back to where they were when it took them.

    A group that lets its members go leaves them where it is.
    """
    places = ("location_id", "sub_location_id")
    members = AssetGroup.objects.filter(memberships__group=group).distinct()
    before = {pk: rest for pk, *rest in members.values_list("pk", *places)}
    delete_asset(group, actor=actor)
    after = AssetGroup.objects.filter(pk__in=before).values_list("pk", *places)
    moved = [pk for pk, *rest in after if rest != before[pk]]
    if moved:
        changes = [(pk, dict(zip(places, before[pk], strict=True))) for pk in moved]
        update_assets(group.organisation, changes, actor=actor)
