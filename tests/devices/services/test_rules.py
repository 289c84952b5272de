"""Tags, allowed statuses, links and the end of a device."""

import pytest

from config.api.errors import Refusal
from devices.models import AssetLink, IntegrationLink
from devices.services.drafts import DeviceDraft, IntegrationDraft
from devices.services.integrations import remove_link
from devices.services.links import link_assets, unlink_assets
from devices.services.removal import delete_device
from devices.services.saving import save_device
from devices.services.statuses import (
    allowed_statuses,
    refuse_status,
    set_allowed_statuses,
)
from devices.services.tags import Tags, tags_of
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory, make_asset
from tests.factories.devices import make_device
from tests.factories.licensing import make_licence, make_seat
from tests.factories.organisations import PrefixFactory


def test_it_tells_the_next_tag_and_keeps_it_free(cast: Cast) -> None:
    prefix = PrefixFactory(organisation=cast.organisation, number_format="NB-{n}")
    kind = AssetTypeFactory(organisation=cast.organisation, prefix=prefix)
    for _ in range(2):
        told = tags_of(organisation=cast.organisation, kind=kind)
        assert told == Tags("", "NB-0001")
    make_asset(cast.organisation, type_id=kind.pk)
    told = tags_of(organisation=cast.organisation, kind=kind)
    assert told == Tags("NB-0001", "NB-0002")
    prefix.enabled = False
    prefix.save()
    with pytest.raises(Refusal) as refused:
        tags_of(organisation=cast.organisation, kind=kind)
    assert refused.value.code == "prefix_invalid"


def test_it_allows_every_status_until_some_are_named(cast: Cast) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    one, other, foreign = (
        AssetStatusFactory(organisation=owner)
        for owner in (cast.organisation, cast.organisation, cast.other)
    )
    refuse_status(kind.pk, other.pk)
    set_allowed_statuses(kind, [one], actor=cast.owner)
    refuse_status(kind.pk, one.pk)
    refuse_status(kind.pk, None)
    with pytest.raises(Refusal) as refused:
        refuse_status(kind.pk, other.pk)
    assert list(refused.value.errors) == ["status_id"]
    with pytest.raises(Refusal):
        set_allowed_statuses(kind, [foreign], actor=cast.owner)
    assert [row.status for row in allowed_statuses(kind)] == [one]
    set_allowed_statuses(kind, [], actor=cast.owner)
    refuse_status(kind.pk, other.pk)
    told = Change.objects.filter(object_id=kind.pk, field="allowed_statuses")
    assert list(told.order_by("id").values_list("old", "new")) == [
        ([], [one.name]),
        ([one.name], []),
    ]


def test_it_links_two_assets_once_and_takes_them_apart(cast: Cast) -> None:
    one, other = make_asset(cast.organisation), make_asset(cast.organisation)
    link = link_assets(other, one, actor=cast.owner)
    assert link_assets(one, other, actor=cast.owner) == link
    assert (link.first_id, link.second_id) == (one.pk, other.pk)
    for wrong in (one, make_asset(cast.other)):
        with pytest.raises(Refusal):
            link_assets(one, wrong, actor=cast.owner)
    unlink_assets(link, actor=cast.owner)
    assert not AssetLink.objects.filter(first=one.pk).exists()
    told = Change.objects.filter(object_id=one.pk, field="linked_assets")
    assert list(told.order_by("id").values_list("old", "new")) == [
        (None, str(other.pk)),
        (str(other.pk), None),
    ]


def test_it_changes_the_address_of_a_known_link(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    for url in ("https://a.example", "https://b.example", "https://b.example"):
        links = [IntegrationDraft("snow", 1, "x", url)]
        save_device(asset, DeviceDraft(external_links=links), actor=cast.owner)
    link = IntegrationLink.objects.get(asset=asset.pk)
    assert link.url == "https://b.example"
    remove_link(link, actor=cast.owner)
    told = Change.objects.filter(object_id=asset.pk, field__startswith="external_links")
    assert list(told.order_by("id").values_list("field", "old", "new")) == [
        ("external_links/snow", None, "Snow x"),
        ("external_links/url", "https://a.example", "https://b.example"),
        ("external_links/snow", "Snow x", None),
    ]


def test_it_frees_the_seats_of_a_deleted_device(cast: Cast) -> None:
    device = make_device(cast.organisation)
    licence = make_licence(cast.organisation, 1)
    make_seat(licence, device.asset)
    delete_device(device.asset, actor=cast.owner)
    licence.refresh_from_db()
    device.asset.refresh_from_db()
    assert licence.assets_in_use == 0
    assert device.asset.deleted_at is not None
