"""Makes logs and work items through their services."""

from typing import Any

from assets.models import AssetGroup, AssetLog, WorkItem
from assets.services.logs import create_log
from assets.services.work_items import create_work_item
from organisations.models import Organisation, User


def make_log(
    group: AssetGroup, *, actor: User | None = None, file: Any = None, **values: Any
) -> AssetLog:
    """Write a log of the group's owner unless somebody else is named."""
    return create_log(
        group=group,
        values={"log": "Flat spot on axle 2", **values},
        file=file,
        actor=actor or group.organisation.owner,
    )


def make_work_item(organisation: Organisation, **values: Any) -> WorkItem:
    """Make a task of the organisation's owner."""
    return create_work_item(
        organisation=organisation,
        values={"summary": "Turn the wheels", **values},
        actor=organisation.owner,
    )
