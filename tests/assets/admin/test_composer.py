"""Putting a consist together in the back office, by plain posts as without a script."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.admin import composition
from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetGroup
from assets.services.changing import update_asset
from assets.services.groups import add_to_group
from assets.services.membership import places_of
from assets.services.removal import delete_asset
from tests.back_office import as_staff, changes_of, page
from tests.cast import Cast
from tests.factories.assets import AssetStatusFactory, make_asset, make_assets
from tests.factories.groups import make_group, make_unit
from tests.factories.organisations import FleetFactory, LocationFactory

MOVED = HTTPStatus.FOUND
MISSING = 1_234_567


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def cars(cast: Cast) -> list[AssetGroup]:
    return make_assets(cast.organisation, 3)


def composer(group: AssetGroup | None = None, *, preview: bool = False) -> str:
    """Return the address of the page, or of its preview."""
    name = "compose" if group else "compose_new"
    suffix = "_preview" if preview else ""
    args = [group.pk] if group else []
    return reverse(f"admin:assets_assetgroup_{name}{suffix}", args=args)


def ids(rows: Sequence[AssetGroup]) -> list[int]:
    return [row.pk for row in rows]


def stored(group: AssetGroup) -> list[int]:
    return [one.asset_id for one in places_of(group)]


def act(
    client: Client,
    group: AssetGroup | None,
    what: str,
    members: Any = None,
    **more: Any,
) -> Any:
    """Press a button of the page as it was opened, with other members if given."""
    address = composer(group)
    shown = client.get(address).context
    posted = [line.value for line in shown["lines"]] if members is None else members
    version = shown["sheet"].version
    return client.post(
        address, {"version": version, "member": posted, "act": what, **more}
    )


def lines_of(answer: Any) -> list[int]:
    assert answer.status_code == HTTPStatus.OK, answer.headers
    return [line.place.asset_id for line in answer.context["lines"]]


def remarks(answer: Any) -> dict[int, list[str]]:
    """Return the codes of what is said of each member."""
    return {
        line.place.asset_id: [one.code for one in line.conflicts]
        for line in answer.context["lines"]
        if line.conflicts
    }


def problems(answer: Any) -> list[str]:
    assert answer.status_code == HTTPStatus.OK, answer.headers
    told: list[str] = answer.context["sheet"].problems
    return told


def test_it_moves_adds_and_removes_without_storing_anything(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    first, second, third = ids(cars)
    group = make_group(cast.organisation, *cars[:2])
    assert lines_of(act(client, group, f"up:{second}")) == [second, first]
    assert lines_of(act(client, group, f"down:{first}")) == [second, first]
    assert lines_of(act(client, group, f"up:{first}")) == [first, second]
    assert lines_of(act(client, group, f"down:{second}")) == [first, second]
    assert lines_of(act(client, group, f"remove:{first}")) == [second]
    assert lines_of(act(client, group, f"add:{third}")) == [first, second, third]
    assert stored(group) == [first, second]


def test_it_saves_members_and_their_order_at_once(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    first, second, third = ids(cars)
    group = make_group(cast.organisation, *cars[:2])
    saved = act(client, group, "save", [third, second])
    assert (saved.status_code, saved.headers["Location"]) == (MOVED, composer(group))
    assert stored(group) == [third, second]
    assert changes_of(group)[-1] == ("changed", "assets", "owner")
    assert not Asset.objects.filter(pk=first, governed_by=group).exists()


def test_it_makes_a_new_consist_that_waits_to_be_activated(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    first, second, _ = ids(cars)
    place = LocationFactory(organisation=cast.organisation)
    typed = {"name": "Train 7", "location": place.pk}
    assert act(client, None, "save", [second, first], **typed).status_code == MOVED
    group = AssetGroup.objects.groups().get()
    assert (group.name, group.location, group.active) == ("Train 7", place, False)
    assert group.ephemerality == Ephemerality.TEMPORARY
    assert stored(group) == [second, first]
    typed["name"] = "Train 8"
    assert act(client, None, "activate", [first], **typed).status_code == MOVED
    assert AssetGroup.objects.get(name="Train 8").active


def test_it_says_at_the_inputs_what_a_new_consist_lacks(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    nameless = act(client, None, "save", ids(cars), name="")
    assert nameless.context["form"].errors == {"name": ["This field is required."]}
    empty = act(client, None, "save", [], name="Train 7")
    assert problems(empty) == ["At least one member is required."]
    foreign = FleetFactory(organisation=cast.other).pk
    said = act(client, None, "save", ids(cars), name="Train 7", fleet=foreign)
    assert list(said.context["form"].errors) == ["fleet"]
    # While members are put together, nobody is blamed for what is not typed yet.
    assert not act(client, None, "find", ids(cars)).context["form"].errors
    assert not AssetGroup.objects.groups().exists()


def test_it_activates_and_releases(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    place = LocationFactory(organisation=cast.organisation)
    group = make_group(cast.organisation, cars[0], active=False, location_id=place.pk)
    assert act(client, group, "activate", ids(cars[:2])).status_code == MOVED
    governed = Asset.objects.filter(governed_by=group)
    assert sorted(governed.values_list("pk", flat=True)) == sorted(ids(cars[:2]))
    assert act(client, group, "release").status_code == MOVED
    assert not governed.exists()
    assert set(Asset.objects.filter(location=place)) == set(
        Asset.objects.filter(pk__in=ids(cars[:2]))
    )
    fields = [field for _, field, _ in changes_of(group)]
    assert [one for one in fields if one][1:] == ["assets", "active", "active"]


def test_it_takes_from_another_active_group_only_what_was_agreed_to(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    other = make_group(cast.organisation, *cars, name="Night <train>")
    group = make_group(cast.organisation, cars[0], active=False)
    shown = client.get(composer(group))
    assert remarks(shown) == {cars[0].pk: ["taken_by_activating"]}
    assert "Night &lt;train&gt;" in shown.content.decode()
    asked = act(client, group, "activate")
    agreed = [value for value, _, _ in asked.context["takes"]]
    assert agreed == [f"{cars[0].pk}-{other.pk}"]
    assert Asset.objects.filter(governed_by=other).count() == 3
    more = act(client, group, "activate", ids(cars[:2]), agreed=agreed)
    assert len(more.context["takes"]) == 2
    assert act(client, group, "activate", agreed=agreed).status_code == MOVED
    assert Asset.objects.get(governed_by=group).pk == cars[0].pk


def test_it_tells_who_keeps_what_is_in_two_active_groups(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    earlier = make_group(cast.organisation, cars[0])
    group = make_group(cast.organisation, cars[1])
    later = make_group(cast.organisation, cars[2])
    seen = act(client, group, "find", ids(cars))
    assert remarks(seen) == {cars[0].pk: ["taken"], cars[2].pk: ["kept"]}
    asked = act(client, group, "save", ids(cars))
    agreed = [value for value, _, _ in asked.context["takes"]]
    assert agreed == [f"{cars[0].pk}-{earlier.pk}"]
    assert act(client, group, "save", ids(cars), agreed=agreed).status_code == MOVED
    for row, governing in zip(cars, (group, group, later), strict=True):
        row.refresh_from_db()
        assert row.governed_by == governing
    assert remarks(client.get(composer(group))) == {
        cars[0].pk: ["booked"],
        cars[2].pk: ["kept"],
    }


def test_it_names_every_member_that_is_refused(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    fleet = FleetFactory(organisation=cast.organisation)
    good = make_asset(cast.organisation, fleet_id=fleet.pk)
    group = make_group(cast.organisation, good, fleet_id=fleet.pk)
    deleted, outside, _ = cars
    delete_asset(deleted, actor=cast.owner)
    wrong = [deleted.pk, outside.pk, good.pk, good.pk]
    said = act(client, group, "save", wrong)
    assert problems(said) == ["Nothing was saved: 3 members cannot be in it."]
    assert remarks(said) == {
        deleted.pk: ["consist_member_invalid"],
        outside.pk: ["asset_not_in_fleet"],
        good.pk: ["consist_duplicate"],
    }
    assert stored(group) == [good.pk]


def test_it_warns_of_what_is_out_of_service(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    scrapped = AssetStatusFactory(organisation=cast.organisation, active=False)
    update_asset(cars[0], {"status_id": scrapped.pk}, actor=cast.owner)
    group = make_group(cast.organisation, cars[0])
    assert remarks(client.get(composer(group))) == {cars[0].pk: ["out_of_service"]}
    assert act(client, group, "save").status_code == MOVED


def test_it_overwrites_nothing_that_somebody_else_has_changed(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    first, second, third = ids(cars)
    group = make_group(cast.organisation, cars[0])
    version = client.get(composer(group)).context["sheet"].version
    add_to_group(group, cars[1], actor=cast.manager)
    mine = {"version": version, "member": [first, third]}
    said = client.post(composer(group), {**mine, "act": "save"})
    assert problems(said)[0].startswith("Somebody has changed the group")
    newer = said.context["newer"]
    assert (ids(newer.assets), newer.change.who) == ([first, second], "manager")
    assert lines_of(said) == [first, third]
    assert stored(group) == [first, second]
    taken_up = client.post(composer(group), {**mine, "act": "mine"})
    mine["version"] = taken_up.context["sheet"].version
    assert client.post(composer(group), {**mine, "act": "save"}).status_code == MOVED
    assert stored(group) == [first, third]


def test_it_brings_a_permanent_group_in_whole(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    unit = make_unit(cast.organisation, *cars[:2], name="Unit 4")
    group = make_group(cast.organisation, cars[2])
    added = act(client, group, f"add:{unit.pk}")
    assert lines_of(added) == ids([cars[2], *cars[:2]])
    posted = [line.value for line in added.context["lines"]]
    assert act(client, group, "save", posted).status_code == MOVED
    unit.refresh_from_db()
    assert unit.governed_by == group
    # What came in whole goes out whole; an invented whole is none.
    gone = act(client, group, f"remove:{unit.pk}")
    assert lines_of(gone) == [cars[2].pk]
    invented = act(client, group, "find", [f"{cars[2].pk}.{unit.pk}"])
    assert invented.context["lines"][0].value == str(cars[2].pk)


def test_it_finds_what_can_be_added(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    for row, name in zip(cars, ("Sm9 1", "Sm9 2", "Bus"), strict=True):
        update_asset(row, {"name": name}, actor=cast.owner)
    group = make_group(cast.organisation, cars[0], name="Sm9 train")
    make_asset(cast.other, name="Sm9 foreign")
    found = act(client, group, "find", term="sm9").context["found"]
    assert ids(found) == [cars[1].pk]


def test_it_treats_foreign_rows_like_missing_ones(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    foreign = make_asset(cast.other, name="Somebody else's")
    theirs = make_group(cast.other, foreign)
    missing = AssetGroup(pk=MISSING)
    for group in (theirs, missing):
        for address in (composer(group), composer(group, preview=True)):
            answer = client.post(address, {"act": "save"})
            assert answer.headers["Location"] == "/admin/"
    group = make_group(cast.organisation, cars[0])
    for key in (foreign.pk, MISSING, theirs.pk):
        told = problems(act(client, group, f"add:{key}"))
        assert told == [f"There is no asset or group {key}."]
        said = act(client, group, "save", [cars[0].pk, key])
        assert remarks(said) == {key: ["consist_member_invalid"]}
        assert "Somebody else" not in said.content.decode()
    assert stored(group) == [cars[0].pk]


@pytest.mark.parametrize("text", ["abc", "9" * 30, "0", "1.", "٣", "1.2.3", ""])
def test_it_says_what_names_no_member(
    cast: Cast, client: Client, cars: list[AssetGroup], text: str
) -> None:
    group = make_group(cast.organisation, cars[0])
    said = act(client, group, "save", [cars[0].pk, text], agreed=[text])
    assert problems(said) == ["Something of the form names no member."]
    assert lines_of(act(client, group, f"up:{text}")) == [cars[0].pk]


@pytest.mark.parametrize("what", ["", "save:1", "up", "up:", "add:x", "sing:1"])
def test_it_does_nothing_that_it_does_not_know(
    cast: Cast, client: Client, cars: list[AssetGroup], what: str
) -> None:
    group = make_group(cast.organisation, cars[0])
    wanted = ids(cars[::-1])
    assert lines_of(act(client, group, what, wanted, term="\x00")) == wanted
    assert stored(group) == [cars[0].pk]


def test_it_previews_without_storing(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    make_group(cast.organisation, cars[1])
    group = make_group(cast.organisation, cars[0], active=False)
    asked = {"member": ids(cars[:2]), "act": "save", "version": ""}
    for one in (group, None):
        answer = client.post(composer(one, preview=True), asked)
        assert "<html" not in answer.content.decode()
        assert remarks(answer) == {cars[1].pk: ["taken_by_activating"]}
    assert stored(group) == [cars[0].pk]
    assert AssetGroup.objects.groups().count() == 2


def test_it_sends_permanent_and_endless_groups_elsewhere(
    cast: Cast,
    client: Client,
    cars: list[AssetGroup],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unit = make_unit(cast.organisation, cars[0])
    group = make_group(cast.organisation, *cars)
    assert client.get(composer(unit)).headers["Location"] == page(
        AssetGroup, "change", unit.pk
    )
    monkeypatch.setattr(composition, "MOST_SHOWN", 2)
    few = make_group(cast.organisation, *cars[:2], active=False)
    assert "At most 2" in problems(act(client, few, f"add:{cars[2].pk}"))[0]
    assert "At most 2" in problems(act(client, few, "save", ids(cars)))[0]
    monkeypatch.setattr("assets.admin.composer.MOST_SHOWN", 2)
    assert client.get(composer(group)).status_code == MOVED


def test_it_is_for_those_who_may_change_groups(
    cast: Cast, client: Client, cars: list[AssetGroup]
) -> None:
    group = make_group(cast.organisation, *cars)
    unit = make_unit(cast.organisation, cars[0])
    own, listed = page(AssetGroup, "change", group.pk), page(AssetGroup, "changelist")
    assert composer(group) in client.get(own).content.decode()
    assert composer() in client.get(listed).content.decode()
    of_unit = client.get(page(AssetGroup, "change", unit.pk)).content.decode()
    assert composer(unit) not in of_unit
    looker = as_staff(cast.member)
    for address in (composer(), composer(group), composer(group, preview=True)):
        assert looker.get(address).status_code == HTTPStatus.FORBIDDEN
    assert composer(group) not in looker.get(own).content.decode()
    assert composer() not in looker.get(listed).content.decode()


def test_it_asks_in_which_organisation(cast: Cast) -> None:
    operator = as_staff(cast.outsider, is_superuser=True)
    assert "sheet" not in operator.get(composer()).context
    chosen = operator.get(f"{composer()}?organisation={cast.organisation.pk}")
    assert chosen.context["organisation"] == cast.organisation
    assert f"organisation={cast.organisation.pk}" in chosen.context["preview"]


def test_it_asks_as_often_for_many_members_as_for_two(
    cast: Cast, client: Client
) -> None:
    fleet = FleetFactory(organisation=cast.organisation).pk
    rows = make_assets(cast.organisation, 40, fleet_id=fleet)
    make_group(cast.organisation, *rows)
    counts = []
    for members in (rows[:2], rows):
        group = make_group(
            cast.organisation, *members[:1], fleet_id=fleet, active=False
        )
        asked = {"member": ids(members), "act": "find", "term": "x"}
        with CaptureQueriesContext(connection) as shown:
            client.post(composer(group, preview=True), asked)
        with CaptureQueriesContext(connection) as saved:
            act(client, group, "save", ids(members[::-1]))
        counts.append((len(shown), len(saved)))
        assert stored(group) == ids(members[::-1])
    assert counts[0] == counts[1]
