from organisations.models import Membership, Organisation
from tests.cast import Cast
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.organisations import UserFactory

files = exchange("organisations")


def test_operators_make_and_change_organisations(cast: Cast, files: Exchange) -> None:
    operator = UserFactory(username="operator", is_superuser=True)
    text = "Name,Notes,Owner\nNorth Depot,Trams,manager\nSouth Depot,,\n"

    first = files.load(text, actor=operator)
    again = files.load(text, actor=operator)

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    made = Organisation.objects.filter(name__endswith="Depot")
    assert [*made.values_list("name", "description", "owner__username")] == [
        ("North Depot", "Trams", "manager"),
        ("South Depot", "", "operator"),
    ]
    assert made[0].default_prefix is not None
    assert Membership.objects.filter(organisation=made[0], user=cast.manager).exists()


def test_it_hands_an_organisation_over_to_a_member(cast: Cast, files: Exchange) -> None:
    operator = UserFactory(is_superuser=True)
    text = f"Name,Owner\n{cast.organisation.name},manager\n"

    assert outcome(files.elsewhere(cast.other).load(text, actor=operator)) == (
        0,
        1,
        0,
        0,
    )
    cast.organisation.refresh_from_db()
    assert cast.organisation.owner == cast.manager


def test_it_refuses_owners_that_cannot_be(cast: Cast, files: Exchange) -> None:
    operator = UserFactory(is_superuser=True)
    text = f"Name,Owner\nNew,nobody\n{cast.organisation.name},outsider\nX,\n"

    report = files.load(text, actor=operator)

    assert codes(report) == [
        (2, "Owner", "not_found"),
        (3, "Owner", "invalid_body"),
        (4, "Name", "invalid_body"),
    ]


def test_nobody_else_loads_organisations(files: Exchange) -> None:
    report = files.load("Name\nNorth Depot\n")

    assert [one.code for one in report.problems] == ["missing_permission"]
    assert not Organisation.objects.filter(name="North Depot").exists()


def test_it_exports_the_organisation(files: Exchange) -> None:
    assert files.table() == [
        ["name", "description", "owner"],
        ["Suomen Vaunu", "", "owner"],
    ]
