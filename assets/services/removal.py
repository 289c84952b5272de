"""Deleting what the register keeps, softly, and bringing it back (section 6)."""

from django.db import transaction
from django.utils import timezone

from assets.ephemerality import ALONE
from assets.models import AssetGroup
from assets.services.checks import check_place
from assets.services.membership import come_apart, leave, lock_groups, rewrite
from assets.services.references import References
from organisations.models import User
from organisations.services import history
from organisations.services.subscriptions import move_seats


@transaction.atomic
def delete_asset(asset: AssetGroup, *, actor: User) -> None:
    """Hide an asset, a piece of equipment or a group; history and number stay.

    It leaves its groups and takes their location along; a group releases its members;
    the seat of a subscription is given back.
    """
    lock_groups(asset.organisation_id)
    present = AssetGroup.objects.present().select_for_update(no_key=True)
    row = present.filter(pk=asset.pk).first()
    if row is None:
        return
    if row.ephemerality in ALONE:
        leave([row.pk], AssetGroup.objects.all(), actor=actor)
    else:
        rewrite(row, [], actor=actor)
        come_apart(row, actor=actor)
    row.refresh_from_db()
    if row.subscription_id is not None:
        move_seats(row.organisation, left={row.subscription_id: 1})
    history.record_deleted(row, actor=actor)
    row.subscription = None
    row.deleted_at = row.updated_at = timezone.now()
    row.save(update_fields=["subscription", "deleted_at", "updated_at"])


@transaction.atomic
def restore_asset(asset: AssetGroup, *, actor: User) -> None:
    """Bring a deleted row back; it is in no group and has no seat.

    A group comes back switched off and empty. Raise `location_invalid` when the place
    that the row had in a sub-location is taken.
    """
    lock_groups(asset.organisation_id)
    gone = AssetGroup.objects.deleted().select_for_update(no_key=True)
    row = gone.filter(pk=asset.pk).first()
    if row is None:
        return
    key = "sub_location_id"
    references = References.load(row.organisation, [{key: row.sub_location_id}])
    check_place(references, row.location, row.sub_location_id)
    row.deleted_at, row.updated_at = None, timezone.now()
    row.save(update_fields=["deleted_at", "updated_at"])
    history.record_restored(row, actor=actor)
