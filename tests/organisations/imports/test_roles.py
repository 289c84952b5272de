from organisations.models import Role
from organisations.permissions import Permission
from tests.cast import Cast
from tests.factories.organisations import MembershipFactory, RoleFactory
from tests.importing import Importer, importer, outcome, refusals

files = importer("roles")

TEXT = "Name,Permissions\nclerks,MANAGE_LOCATIONS; manage_fleets\nguests,\n"


def test_it_makes_roles_once(cast: Cast, files: Importer) -> None:
    first = files.load(cast.organisation, TEXT)
    again = files.load(cast.organisation, TEXT)

    assert (outcome(first), outcome(again)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert [*Role.objects.order_by("id").values_list("name", "permissions")][1:] == [
        ("clerks", ["MANAGE_FLEETS", "MANAGE_LOCATIONS"]),
        ("guests", []),
    ]


def test_it_changes_what_a_role_allows(cast: Cast, files: Importer) -> None:
    text = "Name,Permissions\nmanagers,MANAGE_FLEETS\n"

    assert outcome(files.load(cast.organisation, text)) == (0, 1, 0, 0)
    assert Role.objects.get().permissions == ["MANAGE_FLEETS"]


def test_it_refuses_what_the_api_refuses(cast: Cast, files: Importer) -> None:
    clerk = MembershipFactory(
        organisation=cast.organisation, permissions=[Permission.MANAGE_ROLES]
    ).user
    text = "Name,Permissions\na1,FLY\na2,MANAGE_FLEETS\nx,\n"

    report = files.load(cast.organisation, text, actor=clerk)

    assert refusals(report) == [
        (2, "", "invalid_body"),
        (3, "", "missing_permission"),
        (4, "Name", "invalid_body"),
    ]


def test_it_carries_roles_to_another_organisation(cast: Cast, files: Importer) -> None:
    RoleFactory(
        organisation=cast.organisation,
        name="guests",
        description="Nothing",
        permissions=[],
    )

    files.carry(cast.organisation, cast.other)
