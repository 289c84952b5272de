"""Devices as other programs know them."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from assets.models import AssetGroup
from config.api.errors import invalid
from devices.models import IntegrationLink
from devices.services.drafts import IntegrationDraft
from organisations.models import User
from organisations.services import history

MEMBER = "external_links"
Pair = tuple[AssetGroup, Sequence[IntegrationDraft]]
Key = tuple[int, str, int, str]


@transaction.atomic
def upsert_links(pairs: Sequence[Pair], *, actor: User | None) -> None:
    """Add the links that are new and change the address of the others; none goes away.

    Raise `invalid_body` at `external_links` for an unknown program or a bad address.
    """
    pairs = [(asset, drafts) for asset, drafts in pairs if drafts]
    if not pairs:
        return
    rows = IntegrationLink.objects.filter(asset__in=[asset.pk for asset, _ in pairs])
    stored: dict[Key, IntegrationLink] = {_key(row): row for row in rows}
    new: list[IntegrationLink] = []
    moved: list[IntegrationLink] = []
    told: list[tuple[AssetGroup, str, object, object]] = []
    for asset, drafts in pairs:
        for draft in drafts:
            link = _link(asset, draft)
            found = stored.get(_key(link))
            if found is None:
                new.append(link)
                stored[_key(link)] = link
                told.append((asset, f"{MEMBER}/{link.integration_type}", None, link))
            elif found.url != link.url:
                told.append((asset, f"{MEMBER}/url", found.url, link.url))
                found.url = link.url
                moved += [found] if found.pk else []
    IntegrationLink.objects.bulk_create(new)
    IntegrationLink.objects.bulk_update(moved, ["url"])
    lines = [
        (asset, field, old, str(now) if isinstance(now, IntegrationLink) else now)
        for asset, field, old, now in told
    ]
    history.record_values(lines, actor=actor)


@transaction.atomic
def remove_link(link: IntegrationLink, *, actor: User | None) -> None:
    """Forget that another program knows the device."""
    field = f"{MEMBER}/{link.integration_type}"
    history.record_value(link.asset, field, old=str(link), new=None, actor=actor)
    link.delete()


def _key(link: IntegrationLink) -> Key:
    return link.asset_id, link.integration_type, link.tenant_id, link.third_party_id


def _link(asset: AssetGroup, draft: IntegrationDraft) -> IntegrationLink:
    link = IntegrationLink(
        asset_id=asset.pk,
        integration_type=draft.integration_type,
        tenant_id=draft.tenant_id,
        third_party_id=draft.third_party_id,
        url=draft.url,
    )
    try:
        link.clean_fields(exclude={"id", "asset"})
    except ValidationError as error:
        said = [
            f"{key}: {one}" for key, them in error.message_dict.items() for one in them
        ]
        raise invalid({MEMBER: said}) from error
    return link
