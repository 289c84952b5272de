"""The start page, through the door: its numbers, whose they are, where they lead."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from assets.models import Asset, AssetGroup
from config.start import page as start
from config.start.figures import MOST_BARS
from organisations.admin.addresses import address_of
from organisations.models import Membership, Organisation
from tests.back_office import a_person, as_staff
from tests.cast import Cast
from tests.config.start.filled import fill, touch
from tests.config.start.reading import START, all_numbers, bars, numbers, shown
from tests.counting import queries_of
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory, make_assets
from tests.factories.groups import make_group
from tests.factories.organisations import LocationFactory, OrganisationFactory

MOST_QUERIES = 12
NAMED = {
    "status": AssetStatusFactory,
    "type": AssetTypeFactory,
    "location": LocationFactory,
}


def test_it_counts_what_there_is(cast: Cast, staff: Client) -> None:
    fill(cast.organisation)

    context = shown(staff)

    assert numbers(context["totals"]) == {
        "Assets": 15,
        "Equipment": 0,
        "Groups": 0,
        "Licences": 8,
        "Certificates": 5,
    }
    assert bars(context, "status") == {"Running": 3, "Broken": 2, "No status": 10}
    assert bars(context, "type") == {"Coach": 14, "Wagon": 1}
    assert bars(context, "location") == {"DEP": 3, "No location": 12}
    assert numbers(context["work"]) == {
        "Open work items": 2,
        "Tasks": 2,
        "Defects": 0,
        "Inspections": 0,
    }
    assert numbers(context["seats"]) == {"No seat left": 1, "A tenth left, or less": 1}
    assert [
        (label, licences.count, certificates.count)
        for label, licences, certificates in context["ends_by_horizon"]
    ] == [
        ("Past", 1, 1),
        ("Within 30 days", 1, 1),
        ("Within 60 days", 2, 2),
        ("Within 90 days", 3, 3),
    ]


def test_it_counts_assets_where_their_groups_are(cast: Cast, staff: Client) -> None:
    own, yard = LocationFactory.create_batch(2, organisation=cast.organisation)
    placed, loose = make_assets(cast.organisation, 2, location_id=own.pk)
    bare, nowhere, led = make_assets(cast.organisation, 3)
    make_group(cast.organisation, placed, bare, location_id=yard.pk)
    make_group(cast.organisation, led)

    context = shown(staff)

    [chart] = [one for one in context["charts"] if one.relation == "location"]
    found = {bar.counted.label: bar.counted for bar in chart.bars}
    expected = {yard.name: [placed, bare], own.name: [loose]}
    expected["No location"] = [nowhere, led]
    assert found.keys() == expected.keys()
    for name, rows in expected.items():
        listed = staff.get(found[name].address).context["cl"].result_list
        assert {row.pk for row in listed} == {row.pk for row in rows}
        assert found[name].count == len(rows)


def test_it_leads_from_each_number_to_just_those_rows(
    cast: Cast, operator: Client
) -> None:
    fill(cast.organisation)
    touch(cast.other)
    context = shown(operator)
    narrowed = shown(operator, organisation=cast.other.pk)
    found = [*all_numbers(context), *narrowed["totals"], *narrowed["work"]]
    # Several empty lists tell no more than one.
    empty = [one for one in found if not one.count][:3]

    for one in [*(one for one in found if one.count), *empty]:
        answer = operator.get(one.address)
        assert answer.status_code == HTTPStatus.OK, one.address
        assert answer.context["cl"].result_count == one.count, one.address


def test_it_shows_staff_the_numbers_of_their_own_organisations(
    cast: Cast, staff: Client, operator: Client
) -> None:
    fill(cast.organisation)
    alone = all_numbers(shown(staff))
    touch(cast.other)

    answer = staff.get(START)

    assert all_numbers(answer.context) == alone
    assert cast.other.name not in answer.content.decode()
    assert numbers(shown(operator)["totals"]) == {
        "Assets": 16,
        "Equipment": 0,
        "Groups": 0,
        "Licences": 9,
        "Certificates": 6,
    }


def test_it_shows_staff_without_an_organisation_nothing_of_others(cast: Cast) -> None:
    touch(cast.organisation)

    answer = as_staff(a_person()).get(START)

    assert not any(one.count for one in all_numbers(answer.context))
    assert not answer.context["changes"]
    assert not answer.context["imports"]
    assert "Found an organisation" in answer.content.decode()


def test_it_offers_an_organisation_to_those_who_have_several(
    cast: Cast, staff: Client
) -> None:
    assert shown(staff)["choice"] is None
    Membership.objects.create(organisation=cast.other, user=cast.owner)
    touch(cast.organisation)
    touch(cast.other)

    context = shown(staff, organisation=cast.organisation.pk)

    offered = [key for key, _ in context["choice"].fields["organisation"].choices]
    assert offered == ["", str(cast.other.pk), str(cast.organisation.pk)]
    assert context["chosen"] == cast.organisation
    mine = {cast.organisation}
    assert numbers(context["totals"])["Assets"] == 1
    assert {run.organisation for run in context["imports"]} == mine
    assert {line.change.organisation for line in context["changes"]} == mine
    assert numbers(shown(staff)["totals"])["Assets"] == 2


@pytest.mark.parametrize("given", ["other", "9" * 30, "x", "-1", "0"])
def test_it_knows_no_organisation_of_others(
    cast: Cast, staff: Client, given: str
) -> None:
    asked = str(cast.other.pk) if given == "other" else given

    answer = staff.get(START, {"organisation": asked})

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert cast.other.name not in answer.content.decode()


def test_it_searches_among_many_organisations(
    cast: Cast, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "MOST_OFFERED", 1)
    touch(cast.organisation)
    last: Organisation = OrganisationFactory(name="Zuger Bahnen")

    answer = operator.get(START, {"organisation": last.pk})

    assert answer.context["chosen"] == last
    assert "admin-autocomplete" in answer.content.decode()
    assert numbers(answer.context["totals"])["Assets"] == 0


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_it_costs_the_same_few_queries_however_much_there_is(
    cast: Cast, who: str
) -> None:
    client = as_staff(getattr(cast, who), is_superuser=who == "manager")

    touch(cast.organisation)
    few = queries_of(lambda: shown(client))
    fill(cast.organisation)
    OrganisationFactory.create_batch(3)

    assert queries_of(lambda: shown(client)) == few <= MOST_QUERIES


def test_it_costs_few_queries_for_one_organisation_of_many(
    cast: Cast, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "MOST_OFFERED", 1)
    last: Organisation = OrganisationFactory(name="Zuger Bahnen")

    cost = queries_of(lambda: shown(operator, organisation=last.pk))

    assert cost <= MOST_QUERIES


def test_it_counts_assets_by_the_columns_of_one_index() -> None:
    indexes = AssetGroup._meta.indexes
    [index] = [one for one in indexes if one.name == "assets_group_list"]
    asked = {"organisation", "ephemerality", "id", "governed_by"}

    assert asked | {relation for relation, _ in start.CHARTS} <= set(index.fields)


def test_it_sums_what_is_behind_the_largest_numbers(cast: Cast, staff: Client) -> None:
    for number in range(MOST_BARS + 2):
        status = AssetStatusFactory(organisation=cast.organisation, name=f"S{number}")
        make_assets(cast.organisation, 1 + (number < MOST_BARS), status_id=status.pk)

    found = bars(shown(staff), "status")

    expected = {f"S{number}": 2 for number in range(MOST_BARS)}
    assert found == {**expected, "others": 2}


@pytest.mark.parametrize("relation", ["status", "type", "location"])
@pytest.mark.parametrize("loose", [0, 1, 3])
def test_it_leads_to_each_row_once(
    cast: Cast, staff: Client, relation: str, loose: int
) -> None:
    for number in range(MOST_BARS + 2):
        row = NAMED[relation](organisation=cast.organisation)
        count = 1 + (number < MOST_BARS)
        made = make_assets(cast.organisation, count, **{f"{relation}_id": row.pk})
    # Rows that name none are the most frequent, or among the others, or there are none.
    make_assets(cast.organisation, loose)
    make_group(
        cast.organisation,
        *made[:1],
        location_id=LocationFactory(organisation=cast.organisation).pk,
    )

    [chart] = [one for one in shown(staff)["charts"] if one.relation == relation]

    counted = [*(bar.counted for bar in chart.bars), chart.others]
    lists = [staff.get(one.address).context["cl"].result_list for one in counted]
    assert [one.count for one in counted] == [len(rows) for rows in lists]
    found = [row.pk for rows in lists for row in rows]
    assert sorted(found) == sorted(Asset.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("given", ["x", "1.x", "-1", "9" * 30, "none.none.0", "."])
def test_it_lists_the_rest_of_nothing(staff: Client, cast: Cast, given: str) -> None:
    make_assets(cast.organisation, 1)

    answer = staff.get(address_of(Asset, "changelist", asked={"type__but": given}))

    assert answer.status_code == HTTPStatus.OK
    assert not answer.context["cl"].result_list


def test_it_leaves_out_what_has_been_deleted(cast: Cast, staff: Client) -> None:
    fill(cast.organisation)
    Asset.objects.filter(status__name="Broken").update(deleted_at=timezone.now())

    context = shown(staff)

    assert numbers(context["totals"])["Assets"] == 13
    assert bars(context, "status") == {"Running": 3, "No status": 10}


def test_it_holds_charts_that_can_be_read_aloud(cast: Cast, staff: Client) -> None:
    fill(cast.organisation)

    content = staff.get(START).content.decode()

    assert '<h2 id="start-status">Assets by status</h2>' in content
    assert '<th scope="row">' in content
    assert 'aria-label="3 assets: Running"' in content
    assert content.count('<svg class="start-bar" aria-hidden="true"') == 7
    assert "style=" not in content.partition('class="start"')[2].partition("</main")[0]


def test_it_lets_no_stranger_in(client: Client, cast: Cast) -> None:
    answer = client.get(START)

    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].startswith("/admin/login/")
