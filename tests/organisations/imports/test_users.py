import pytest
from django.core.management import CommandError, call_command

from config.imports.resources import RESOURCES
from organisations.models import Location, Membership, Role, User
from organisations.permissions import Permission
from tests.cast import Cast
from tests.exchange import Exchange, codes, exchange, outcome
from tests.factories.organisations import (
    LocationFactory,
    MembershipFactory,
    RoleFactory,
    UserFactory,
)

files = exchange("users")

TEXT = (
    "Username,E-mail address,First name,Last name,Phone,Roles,Location\n"
    "dmostyn0,Danika@example.org,Danika,Mostyn,012,managers; drivers,Oulu\n"
)


def member(cast: Cast, username: str) -> Membership:
    found: Membership = Membership.objects.get(
        organisation=cast.organisation, user__username=username
    )
    return found


def test_it_invites_people_once(cast: Cast, files: Exchange) -> None:
    missing = ["roles", "locations"]

    first = files.load(TEXT, missing=missing)
    again = files.load(TEXT)

    assert (outcome(first), outcome(again)) == ((1, 0, 0, 0), (0, 0, 1, 0))
    assert {note.code for note in first.notes} == {"roles_made", "locations_made"}
    made = member(cast, "dmostyn0")
    person = made.user
    assert (person.first_name, person.last_name, person.phone_number) == (
        "Danika",
        "Mostyn",
        "012",
    )
    # An account that nobody has opened, and that the invitation opens.
    assert person.may_accept
    assert [role.name for role in made.roles.all()] == ["managers", "drivers"]
    assert made.location == Location.objects.get(name="Oulu")
    assert Role.objects.get(name="drivers").permissions == []


def test_it_makes_a_member_of_somebody_who_is_known(
    cast: Cast, files: Exchange
) -> None:
    text = "Username,Email,First name\nanother,outsider@example.org,Other\n"

    report = files.load(text)

    assert outcome(report) == (1, 0, 0, 0)
    assert member(cast, "outsider").user.first_name == "Robin"
    assert not User.objects.filter(username="another").exists()


def test_it_changes_roles_and_home_but_nobodys_names(
    cast: Cast, files: Exchange
) -> None:
    RoleFactory(organisation=cast.organisation, name="drivers")
    home = LocationFactory(organisation=cast.organisation, name="Oulu")
    text = (
        "Username,First name,Role,Location\nmanager,Changed,drivers,oulu\nmember,,,\n"
    )

    report = files.load(text)

    assert outcome(report) == (0, 1, 1, 0)
    changed = member(cast, "manager")
    assert [role.name for role in changed.roles.all()] == ["drivers"]
    assert (changed.location, changed.user.first_name) == (home, "Robin")
    assert [(one.key, one.old, one.new) for one in report.differences] == [
        ("location_id", None, str(home.pk)),
        ("roles", "managers", "drivers"),
    ]
    assert [(one.code, one.count) for one in report.notes] == [("names_kept", 1)]


def test_it_refuses_rows_with_line_column_and_code(files: Exchange) -> None:
    text = (
        "Username,Email,Role,Location\nnew,,,\nnew,no address,,\n"
        "new,a@example.org,pilots,\nnew,b@example.org,,Mars\n"
        "manager,,,\n,manager@example.org,,\n"
    )

    report = files.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "Email", "invalid_body"),
        (3, "Email", "invalid_body"),
        (4, "Role", "invalid_body"),
        (5, "Location", "location_invalid"),
        (7, "Email", "duplicate_row"),
    ]
    assert not User.objects.filter(email__in=["a@example.org", "b@example.org"])


def test_nobody_grants_what_they_lack(cast: Cast, files: Exchange) -> None:
    clerk = MembershipFactory(
        organisation=cast.organisation, permissions=[Permission.MANAGE_MEMBERS]
    ).user
    text = "Email,Role\nnew@example.org,managers\n"

    report = files.load(text, actor=clerk)

    assert codes(report) == [(2, "", "missing_permission")]


def test_a_taken_username_is_not_told(cast: Cast, files: Exchange) -> None:
    UserFactory(username="taken")

    report = files.load("Username,Email\ntaken,a@example.org\n")

    assert outcome(report) == (1, 0, 0, 0)
    assert member(cast, "a@example.org").user.email == "a@example.org"


def test_it_exports_members_as_it_takes_them(cast: Cast, files: Exchange) -> None:
    role = RoleFactory(organisation=cast.organisation, name="a;b")
    home = LocationFactory(organisation=cast.organisation, name="Oulu")
    own = Membership.objects.get(organisation=cast.organisation, user=cast.member)
    own.roles.set([*Role.objects.of(cast.organisation)])
    own.location = home
    own.save()

    table = files.table()

    assert table[0][-2:] == ["roles", "home_location"]
    assert [(row[0], row[-2], row[-1]) for row in table[1:]] == [
        ("owner", "", ""),
        ("manager", "managers", ""),
        ("member", f"managers;{role.name[0]}\\;b", "Oulu"),
        ("staff", "managers", ""),
    ]
    again = files.load("\n".join(map(",".join, table)))
    assert outcome(again) == (0, 0, 4, 0)


def test_it_carries_members_to_another_organisation(
    cast: Cast, files: Exchange
) -> None:
    files.load(TEXT, missing=["roles", "locations"])
    table = files.table()
    LocationFactory(organisation=cast.other, name="Oulu")

    text = "\n".join(map(",".join, table))
    files.elsewhere(cast.other).load(text, missing=["roles"])

    # The other organisation has an owner of its own.
    assert files.elsewhere(cast.other).table()[2:] == table[1:]


def test_it_asks_for_what_the_api_asks_for() -> None:
    users = RESOURCES["users"]

    assert users.permissions(frozenset()) == {Permission.MANAGE_MEMBERS}
    assert users.permissions(frozenset(users.missing)) == {
        Permission.MANAGE_MEMBERS,
        Permission.MANAGE_ROLES,
        Permission.MANAGE_LOCATIONS,
    }


def test_an_import_of_members_is_taken_back(cast: Cast, files: Exchange) -> None:
    RoleFactory(organisation=cast.organisation, name="drivers")
    LocationFactory(organisation=cast.organisation, name="Oulu")
    before = files.table()

    for text in (TEXT, "Username,Role,Location\nmanager,drivers,oulu\n"):
        report = files.load(text)
        call_command("import_undo", report.run)

        assert files.table() == before


def test_addresses_are_for_those_who_manage_members(cast: Cast) -> None:
    options = {"organisation": cast.organisation.name, "type": "users"}

    with pytest.raises(CommandError, match="MANAGE_MEMBERS"):
        call_command("export_data", user="member", **options)
