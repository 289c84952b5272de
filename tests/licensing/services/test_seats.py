"""Seats of licences: taken, kept and freed."""

import pytest

from assets.models import AssetGroup
from assets.services.removal import delete_asset
from config.api.errors import Refusal
from licensing.models import Allocation, Licence
from licensing.services.licences import (
    create_licence,
    delete_licence,
    update_licence,
)
from licensing.services.seats import Seat, allocate, release, release_assets
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import make_assets
from tests.factories.licensing import make_licence


def taken(licence: Licence) -> tuple[int, int, int]:
    """Return the seats that assets and people have, and the rows of both."""
    licence.refresh_from_db()
    rows = Allocation.objects.filter(licence=licence).count()
    return licence.assets_in_use, licence.users_in_use, rows


def lines(row: Licence | AssetGroup) -> list[tuple[str, object, object]]:
    """Return what the history says of changes of a row."""
    model = "licence" if isinstance(row, Licence) else "assetgroup"
    found = Change.objects.filter(model=model, object_id=row.pk, action="changed")
    return list(found.order_by("id").values_list("field", "old", "new"))


def test_it_gives_seats_to_assets_and_people_once(cast: Cast) -> None:
    licence = make_licence(cast.organisation, 3)
    (asset,) = make_assets(cast.organisation)
    seats = [
        Seat(licence.pk, asset_id=asset.pk),
        Seat(licence.pk, user_id=cast.member.pk),
        Seat(licence.pk, asset_id=asset.pk),
    ]
    assert len(allocate(seats, actor=cast.owner)) == 2
    assert allocate(seats, actor=cast.owner) == []
    assert taken(licence) == (1, 1, 2)
    assert licence.seats_available == 1
    assert lines(licence) == [
        (f"configuration_items/{asset.pk}", None, asset.name),
        (f"users/{cast.member.pk}", None, "member"),
    ]
    assert lines(asset) == [(f"licences/{licence.pk}", None, "Office suite")]


def test_it_refuses_a_seat_too_many_and_gives_none(cast: Cast) -> None:
    licence = make_licence(cast.organisation, 2)
    assets = make_assets(cast.organisation, 3)
    seats = [Seat(licence.pk, asset_id=asset.pk) for asset in assets]
    with pytest.raises(Refusal) as refused:
        allocate(seats, actor=cast.owner, field="add_licences")
    assert refused.value.errors == {"add_licences": ["No licences available."]}
    assert taken(licence) == (0, 0, 0)


def test_it_takes_back_the_seats_of_deleted_assets(cast: Cast) -> None:
    licence = make_licence(cast.organisation, 1)
    gone, asset = make_assets(cast.organisation, 2)
    allocate([Seat(licence.pk, asset_id=gone.pk)], actor=cast.owner)
    delete_asset(gone, actor=cast.owner)
    allocate([Seat(licence.pk, asset_id=asset.pk)], actor=cast.owner)
    assert taken(licence) == (1, 0, 1)
    assert Allocation.objects.get(licence=licence).asset_id == asset.pk


def test_it_frees_seats(cast: Cast) -> None:
    licence, other = (make_licence(cast.organisation, 5) for _ in range(2))
    first, second = make_assets(cast.organisation, 2)
    pairs = [(one, asset) for one in (licence, other) for asset in (first, second)]
    seats = [Seat(one.pk, asset_id=asset.pk) for one, asset in pairs]
    allocate(seats, actor=cast.owner)
    assert release_assets([first.pk], actor=cast.owner) == 2
    assert (taken(licence), taken(other)) == ((1, 0, 1), (1, 0, 1))
    assert release(Allocation.objects.filter(licence=other), actor=cast.owner) == 1
    assert taken(other) == (0, 0, 0)
    assert lines(first)[-1][1:] == ("Office suite", None)


def test_it_deletes_a_licence_and_frees_its_seats(cast: Cast) -> None:
    licence = make_licence(cast.organisation, 5)
    (asset,) = make_assets(cast.organisation)
    allocate([Seat(licence.pk, asset_id=asset.pk)], actor=cast.owner)
    delete_licence(licence=licence, actor=cast.owner)
    assert taken(licence) == (0, 0, 0)
    assert licence.deleted
    with pytest.raises(Refusal) as refused:
        allocate([Seat(licence.pk, asset_id=asset.pk)], actor=cast.owner)
    assert list(refused.value.errors) == ["add_configuration_items"]
    with pytest.raises(Refusal) as refused:
        delete_licence(licence=licence, actor=cast.owner)
    assert refused.value.code == "not_found"


def test_it_has_no_fewer_seats_than_are_taken(cast: Cast) -> None:
    licence = make_licence(cast.organisation, 5)
    assets = make_assets(cast.organisation, 2)
    seats = [Seat(licence.pk, asset_id=asset.pk) for asset in assets]
    allocate(seats, actor=cast.owner)
    with pytest.raises(Refusal) as refused:
        update_licence(licence=licence, values={"count": 1}, actor=cast.owner)
    assert refused.value.errors == {"count": ["2 seats are taken."]}
    update_licence(licence=licence, values={"count": 2}, actor=cast.owner)
    licence.refresh_from_db()
    assert (licence.count, licence.seats_available) == (2, 0)


def test_it_refuses_a_licence_in_the_words_of_the_api(cast: Cast) -> None:
    theirs = make_licence(cast.other)
    values = {"name": "", "count": -1, "parent": theirs, "price": float("inf")}
    with pytest.raises(Refusal) as refused:
        create_licence(organisation=cast.organisation, values=values, actor=cast.owner)
    assert sorted(refused.value.errors) == ["count", "name", "parent_id", "price"]


def test_it_is_never_under_itself(cast: Cast) -> None:
    above = make_licence(cast.organisation)
    below = make_licence(cast.organisation, parent=above)
    for parent in (above, below):
        with pytest.raises(Refusal) as refused:
            update_licence(licence=above, values={"parent": parent}, actor=cast.owner)
        assert refused.value.errors == {
            "parent_id": ["A licence cannot be under itself."]
        }
