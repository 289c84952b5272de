"""Changes of what is kept of a device, taken back by the service that wrote them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from config.api.errors import Refusal
from devices.models import Device
from devices.services.drafts import DeviceDraft
from devices.services.saving import save_device
from organisations.admin.addresses import page_of
from organisations.admin.history import Offer
from organisations.admin.reverting import RevertingMixin, refuse_overwritten
from organisations.admin.rights import desk_of
from organisations.models import Change
from organisations.permissions import Permission

RELATIONS = frozenset({"user_id", "parent_id"})


class DeviceRevertingMixin(RevertingMixin):
    """Takes back what the form of the asset does not write: columns of its device."""

    def offers(
        self, request: HttpRequest, row: Any, changes: Iterable[Change]
    ) -> Mapping[int, Offer]:
        """Offer to take back what stands in the device as well."""
        changes = list(changes)
        found = dict(super().offers(request, row, changes))
        about = [one for one in changes if column_of(one) is not None]
        if not may_write(request, row):
            return found
        device = Device.objects.filter(pk=row.pk).first()
        for change in about:
            is_standing = device is not None and holds(device, change)
            url = page_of(row, "revert", change.pk) if is_standing else ""
            found[change.pk] = Offer(url)
        return found

    def may_take_back(self, request: HttpRequest, row: Any, change: Change) -> bool:
        """Ask of the device what the device API asks."""
        if column_of(change) is None:
            return super().may_take_back(request, row, change)
        return may_write(request, row)

    def refuse_taking_back(
        self, request: HttpRequest, row: Any, change: Change
    ) -> None:
        """Refuse what a later change of the device has replaced."""
        if column_of(change) is None:
            super().refuse_taking_back(request, row, change)
            return
        device = Device.objects.filter(pk=row.pk).first()
        if device is None or not holds(device, change):
            refuse_overwritten(request, row, change)

    @transaction.atomic
    def take_back(self, request: HttpRequest, row: Any, change: Change) -> None:
        """Write what the device had before."""
        if column_of(change) is None:
            super().take_back(request, row, change)
            return
        me: Any = self
        row = me.get_object(request, str(row.pk))
        if row is None:
            raise Refusal("not_found", "It has just been deleted.")
        self.refuse_taking_back(request, row, change)
        draft = DeviceDraft(values={change.field: read(change, change.old)})
        save_device(row, draft, actor=desk_of(request).actor)


def may_write(request: HttpRequest, row: Any) -> bool:
    """Tell whether the person may write devices where the row belongs."""
    return desk_of(request).may(Permission.MANAGE_DEVICES, row.organisation_id)


def column_of(change: Change) -> Any:
    """Return the column of a device that was changed, None for anything else."""
    if change.action != Change.Action.CHANGED:
        return None
    columns = {
        column.attname: column
        for column in Device._meta.concrete_fields
        if column.name not in Device.unrecorded
    }
    return columns.get(change.field)


def read(change: Change, recorded: Any) -> Any:
    """Return a value of the history's JSON as the device has it."""
    if recorded is None:
        return None
    if change.field in RELATIONS:
        return int(recorded)
    return column_of(change).to_python(recorded)


def holds(device: Device, change: Change) -> bool:
    """Tell whether the device still has what a change has written."""
    now, written = getattr(device, change.field), change.new
    try:
        written = read(change, written)
    except (ValidationError, ValueError):
        return False
    if hasattr(now, "microsecond") and hasattr(written, "microsecond"):
        # The history keeps thousandths of a second.
        now = now.replace(microsecond=now.microsecond // 1_000 * 1_000)
    return bool(now == written)
