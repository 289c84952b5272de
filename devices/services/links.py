"""Assets beside one another, and the ones a person wants to find again."""

from collections.abc import Mapping

from django.db import transaction

from assets.models import Asset, AssetGroup
from config.api.errors import Refusal
from devices.models import AssetLink, Bookmark, Device
from organisations.models import User
from organisations.services import history

FIELD = "linked_assets"


@transaction.atomic
def link_assets(one: AssetGroup, other: AssetGroup, *, actor: User) -> AssetLink:
    """Put two assets of an organisation side by side; linked ones stay so.

    Raise `invalid_body` for an asset itself and for one of another organisation.
    """
    if one.pk == other.pk:
        sentence = "An asset is not linked to itself."
        raise Refusal("invalid_body", sentence, field="linkedto_id")
    if one.organisation_id != other.organisation_id:
        raise Refusal("invalid_body", "The asset does not exist.", field="linkedto_id")
    first, second = sorted((one, other), key=lambda asset: asset.pk)
    link, is_new = AssetLink.objects.get_or_create(
        first_id=first.pk,
        second_id=second.pk,
        defaults={"organisation_id": one.organisation_id},
    )
    if is_new:
        lines = [
            (first, FIELD, None, str(second.pk)),
            (second, FIELD, None, str(first.pk)),
        ]
        history.record_values(lines, actor=actor)
    return link


@transaction.atomic
def unlink_assets(link: AssetLink, *, actor: User | None) -> None:
    """Take two assets apart."""
    lines = [
        (link.first, FIELD, str(link.second_id), None),
        (link.second, FIELD, str(link.first_id), None),
    ]
    history.record_values(lines, actor=actor)
    link.delete()


def set_bookmarks(wanted: Mapping[int, bool | None], *, user: User) -> None:
    """Bookmark the assets that are True, forget those that are False, for a person."""
    off = [key for key, is_on in wanted.items() if is_on is False]
    if off:
        Bookmark.objects.filter(user=user, asset__in=off).delete()
    new = [Bookmark(user=user, asset_id=key) for key, is_on in wanted.items() if is_on]
    Bookmark.objects.bulk_create(new, ignore_conflicts=True)


def siblings_of(asset: int) -> list[Asset]:
    """Return the assets beside one: linked to it, or right under the same asset."""
    rows = Asset.objects.present().exclude(pk=asset).order_by("pk")
    linked = rows.filter(links_first__second=asset)
    linked_back = rows.filter(links_second__first=asset)
    keys = {*linked.values_list("pk", flat=True)}
    keys |= {*linked_back.values_list("pk", flat=True)}
    above = Device.objects.filter(asset=asset).values_list("parent_id", flat=True)
    if parent := above.first():
        keys |= {*rows.filter(device__parent=parent).values_list("pk", flat=True)}
    return list(rows.filter(pk__in=keys))
