"""Custody: assets go out and come back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assets.services.removal import delete_asset
from config.api.errors import Refusal
from devices.models import Checkout, Device
from devices.services.custody import Handover, check_in, check_out, extend
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.devices import make_checkout
from tests.factories.organisations import LocationFactory


def test_it_hands_over_and_takes_back(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    due = timezone.now() + timedelta(days=3)
    to = Handover(user=cast.member, due_at=due, note="For the trip")
    checkout = check_out(asset, to, actor=cast.owner)
    assert (checkout.user, checkout.due_at, checkout.checked_out_by) == (
        cast.member,
        due,
        cast.owner,
    )
    assert Device.objects.get(asset=asset.pk).user == cast.member
    returned = check_in(asset, actor=cast.manager)
    assert (returned.pk, returned.returned_by) == (checkout.pk, cast.manager)
    assert not returned.is_open
    assert Device.objects.get(asset=asset.pk).user is None
    told = Change.objects.filter(model="assetgroup", object_id=asset.pk)
    custody = told.filter(field="custody").order_by("id")
    assert list(custody.values_list("old", "new", "who")) == [
        (None, "member", "owner"),
        ("member", None, "manager"),
    ]


def test_it_keeps_the_user_that_somebody_else_has_set(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    make_checkout(asset, user=cast.member)
    Device.objects.filter(asset=asset.pk).update(user=cast.manager)
    check_in(asset, actor=cast.owner)
    assert Device.objects.get(asset=asset.pk).user == cast.manager


def test_it_refuses_to_whom_it_cannot_go(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    theirs = LocationFactory(organisation=cast.other)
    past = timezone.now() - timedelta(minutes=1)
    for to, member in (
        (Handover(), "user_id"),
        (Handover(user=cast.owner, location=theirs), "user_id"),
        (Handover(user=cast.outsider), "user_id"),
        (Handover(location=theirs), "location_id"),
        (Handover(user=cast.owner, due_at=past), "due_at"),
        (Handover(user=cast.owner, note="a\x00b"), "note"),
    ):
        with pytest.raises(Refusal) as refused:
            check_out(asset, to, actor=cast.owner)
        assert list(refused.value.errors) == [member]
    assert not Checkout.objects.filter(asset=asset.pk).exists()


def test_it_is_out_once(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    with pytest.raises(Refusal) as refused:
        check_in(asset, actor=cast.owner)
    assert refused.value.code == "not_checked_out"
    make_checkout(asset, location=LocationFactory(organisation=cast.organisation))
    with pytest.raises(Refusal) as refused:
        make_checkout(asset)
    assert refused.value.code == "already_checked_out"
    delete_asset(asset, actor=cast.owner)
    check_in(asset, actor=cast.owner)
    with pytest.raises(Refusal) as refused:
        make_checkout(asset)
    assert refused.value.code == "not_found"


def test_it_lists_what_is_overdue(cast: Cast) -> None:
    past = timezone.now() - timedelta(days=1)
    late, later, returned, gone = (make_asset(cast.organisation) for _ in range(4))
    for asset in (later, late, returned, gone):
        make_checkout(asset)
    make_checkout(make_asset(cast.organisation))
    rows = Checkout.objects.filter(asset__in=[late.pk, later.pk, returned.pk, gone.pk])
    rows.update(due_at=past)
    Checkout.objects.filter(asset=late.pk).update(due_at=past - timedelta(days=1))
    check_in(returned, actor=cast.owner)
    delete_asset(gone, actor=cast.owner)
    found = Checkout.objects.visible_to(cast.member).overdue()
    assert [one.asset_id for one in found] == [late.pk, later.pk]
    assert not Checkout.objects.visible_to(cast.outsider).overdue().exists()


def test_it_lets_an_asset_be_kept_longer(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    checkout = make_checkout(asset)
    due = timezone.now() + timedelta(days=9)
    assert extend(checkout, due, actor=cast.owner).due_at == due
    check_in(asset, actor=cast.owner)
    with pytest.raises(Refusal) as refused:
        extend(checkout, due, actor=cast.owner)
    assert refused.value.code == "not_checked_out"
