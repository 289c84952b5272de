"""What the start page tells of what happened last."""

from http import HTTPStatus

import pytest
from django.test import Client

from assets.models import Asset
from config.start import recent
from organisations.models import Change, Location, Membership, Role
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.config.start.filled import touch
from tests.config.start.reading import START, shown
from tests.factories.assets import make_assets


def test_it_tells_the_changes_of_one_step_in_one_line(
    cast: Cast, operator: Client
) -> None:
    make_assets(cast.organisation, 3)
    address = page(Location, "add") + f"?organisation={cast.organisation.pk}"
    form = {"name": "Yard <b>", "radius": "5", "timezone_code": "UTC"}
    assert operator.post(address, form).status_code == HTTPStatus.FOUND

    answer = operator.get(START, {"organisation": cast.organisation.pk})

    first, second, *_ = answer.context["changes"]
    assert (first.change.who, first.change.action) == ("manager", "created")
    assert (first.kind, first.name, first.count) == ("location", "Yard <b>", 1)
    assert operator.get(first.address).context["original"].name == "Yard <b>"
    assert (second.kind, second.count) == ("asset group", 3)
    assert operator.get(second.address).context["cl"].result_count == 3
    assert "Yard <b>" not in answer.content.decode()


def test_it_tells_of_a_bounded_number_of_changes(
    cast: Cast, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "CHANGES_READ", 4)
    make_assets(cast.organisation, 6)

    [line] = shown(staff)["changes"]

    assert (line.count, line.is_cut) == (4, True)


def test_it_leads_to_what_is_known_of_a_deleted_row(cast: Cast, staff: Client) -> None:
    [asset] = make_assets(cast.organisation, 1)
    staff.post(page(Asset, "delete", asset.pk), {"post": "yes"})

    line = shown(staff)["changes"][0]

    assert line.change.action == Change.Action.DELETED
    found = staff.get(line.address).context["cl"].result_list
    assert {change.object_id for change in found} == {asset.pk}


def test_it_shows_imports_to_those_who_might_have_made_them(cast: Cast) -> None:
    touch(cast.organisation)
    role = Role.objects.create(organisation=cast.organisation, name="l", permissions=[])
    Membership.objects.get(user=cast.staff).roles.set([role])

    assert not shown(as_staff(cast.staff))["imports"]
    [run] = shown(as_staff(cast.owner))["imports"]
    assert run.file_name == "Yard list.csv"
