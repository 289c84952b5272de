"""Many rows changed in the same way at once, by somebody who has looked at them."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, WorkItem
from assets.services.changing import Change, check_changes, update_assets
from assets.services.membership import lock_groups
from assets.services.work_items import set_states
from config.api.errors import Refusal
from organisations.models import Organisation, User
from organisations.services.seen import Seen, locked_as_seen

Body = Mapping[str, object]


@transaction.atomic
def check_alike(
    organisation: Organisation,
    keys: Sequence[int],
    body: Body,
    *,
    ephemerality: Ephemerality | None = None,
) -> dict[int, Change | Refusal]:
    """Return by id what the body would change of rows, or why not.

    Raise the refusal of what none of them could take.
    """
    changes = [(key, body) for key in keys]
    checked = check_changes(organisation, changes, ephemerality=ephemerality)
    return dict(zip(keys, checked, strict=True))


@transaction.atomic
def change_alike(
    organisation: Organisation,
    seen: Seen,
    body: Body,
    *,
    actor: User,
    ephemerality: Ephemerality | None = None,
) -> list[AssetGroup]:
    """Change what the body names of all rows, or of none.

    Raise `precondition_failed` when a row is not as it was when it was seen, and what
    `update_assets` refuses.
    """
    lock_groups(organisation.pk)
    locked_as_seen(AssetGroup.objects.of(organisation).present(), seen)
    changes = [(key, body) for key in sorted(seen)]
    return update_assets(organisation, changes, actor=actor, ephemerality=ephemerality)


@transaction.atomic
def close_alike(
    organisation: Organisation, seen: Seen, state: str, *, actor: User
) -> list[WorkItem]:
    """Open or close all work items, or none.

    Raise `precondition_failed` when one is not as it was when it was seen.
    """
    lock_groups(organisation.pk)
    items = locked_as_seen(WorkItem.objects.of(organisation), seen)
    set_states(items, state, actor=actor)
    return items
