from organisations.models import Role
from organisations.permissions import Permission
from tests.cast import Cast
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.organisations import MembershipFactory, RoleFactory

files = exchange("roles")

TEXT = "Name,Permissions\nclerks,MANAGE_LOCATIONS; manage_fleets\nguests,\n"


def test_it_makes_roles_once(files: Exchange) -> None:
    first = files.load(TEXT)
    again = files.load(TEXT)

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert [*Role.objects.order_by("id").values_list("name", "permissions")][1:] == [
        ("clerks", ["MANAGE_FLEETS", "MANAGE_LOCATIONS"]),
        ("guests", []),
    ]


def test_it_changes_what_a_role_allows(files: Exchange) -> None:
    text = "Name,Permissions\nmanagers,MANAGE_FLEETS\n"

    assert outcome(files.load(text)) == (0, 1, 0, 0)
    assert Role.objects.get().permissions == ["MANAGE_FLEETS"]


def test_it_refuses_what_the_api_refuses(cast: Cast, files: Exchange) -> None:
    clerk = MembershipFactory(
        organisation=cast.organisation, permissions=[Permission.MANAGE_ROLES]
    ).user
    text = "Name,Permissions\na1,FLY\na2,MANAGE_FLEETS\nx,\n"

    report = files.load(text, actor=clerk)

    assert codes(report) == [
        (2, "", "invalid_body"),
        (3, "", "missing_permission"),
        (4, "Name", "invalid_body"),
    ]


def test_it_carries_roles_to_another_organisation(cast: Cast, files: Exchange) -> None:
    RoleFactory(
        organisation=cast.organisation,
        name="guests",
        description="Nothing",
        permissions=[],
    )

    files.carry(cast.other)
