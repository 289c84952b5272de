"""People: `/api/users/...`."""

from typing import Any

import pytest

from organisations.models import User
from tests.assets.api.fleet.calls import refusal, said
from tests.cast import Cast
from tests.factories.organisations import MembershipFactory
from tests.organisations.api.fleet.callers import changes_of, client_of

ME = "/api/users/@me"


@pytest.fixture
def person(cast: Cast) -> User:
    """Return the member, about whom something is known."""
    values = {
        "first_name": "Väinö",
        "last_name": "Laine",
        "company": "Yard",
        "position": "Driver",
        "phone_number": "+358 40 1",
    }
    User.objects.filter(pk=cast.member.pk).update(**values)
    cast.member.refresh_from_db()
    return cast.member


def shown_to_self(person: User) -> dict[str, Any]:
    return {
        "id": str(person.pk),
        "email": "member@example.org",
        "phonenumber": "+358 40 1",
        "firstname": "Väinö",
        "lastname": "Laine",
        "company": "Yard",
        "position": "Driver",
    }


@pytest.mark.parametrize("path", [ME, "/users/@me", "/api/users/{id}"])
def test_it_shows_people_all_of_themselves(cast: Cast, person: User, path: str) -> None:
    response = cast.client("member").get(path.format(id=person.pk))

    assert response.status_code == 200
    assert response.json() == shown_to_self(person)


def test_it_shows_fellow_members_neither_address_nor_number(
    cast: Cast, person: User
) -> None:
    response = cast.client("manager").get(f"/api/users/{person.pk}")

    assert response.json() == {
        "id": str(person.pk),
        "firstname": "Väinö",
        "lastname": "Laine",
        "company": "Yard",
        "position": "Driver",
    }


def test_it_hides_people_of_other_organisations(cast: Cast, person: User) -> None:
    response = cast.client("outsider").get(f"/api/users/{person.pk}")

    assert said(response) == refusal("not_found", status=404)


def test_it_hides_people_of_organisations_that_are_off(
    cast: Cast, person: User
) -> None:
    cast.organisation.enabled = False
    cast.organisation.save()

    response = cast.client("manager").get(f"/api/users/{person.pk}")

    assert said(response) == refusal("not_found", status=404)


@pytest.mark.parametrize("name", ["5", "abc", "9" * 25, "@you", "-1"])
def test_it_knows_nobody_of_that_id(cast: Cast, name: str) -> None:
    response = cast.client("member").get(f"/api/users/{name}")

    assert said(response) == refusal("not_found", status=404)


def test_it_changes_what_people_say_of_themselves(cast: Cast) -> None:
    body = {
        "firstname": " Aino ",
        "lastname": "La\u0308hde",
        "phonenumber": "+372 5",
        "company": "Depot",
        "position": "Planner",
    }

    response = cast.client("member").patch(ME, body)

    cast.member.refresh_from_db()
    assert response.status_code == 200
    assert response.json() == {
        "id": str(cast.member.pk),
        "email": "member@example.org",
        "phonenumber": "+372 5",
        "firstname": "Aino",
        "lastname": "L\u00e4hde",
        "company": "Depot",
        "position": "Planner",
    }
    assert cast.member.normalised_last_name == "lahde"
    assert ("changed", "company", "", "Depot") in changes_of(cast.member)
    assert len(changes_of(cast.member)) == 5


@pytest.mark.parametrize("value", [None, "", "  "])
def test_it_empties_a_text(cast: Cast, person: User, value: str | None) -> None:
    response = cast.client("member").patch(ME, {"company": value})

    assert response.json()["company"] == ""


def test_it_leaves_the_address_as_it_is(cast: Cast, person: User) -> None:
    body = {"email": "owner@example.org", "id": "5", "is_staff": True}

    response = cast.client("member").patch(ME, body)

    assert response.json() == shown_to_self(person)
    assert changes_of(person) == []
    person.refresh_from_db()
    assert not person.is_staff


@pytest.mark.parametrize("value", [5, True, [], {}, "a\nb", "a\tb", "a" * 151])
def test_it_refuses_what_is_no_name(cast: Cast, value: object) -> None:
    response = cast.client("member").patch(ME, {"firstname": value})

    assert said(response) == refusal("invalid_body", "firstname")


@pytest.mark.parametrize("body", [[], ["firstname"], "text", 5, True])
def test_it_refuses_a_body_that_is_no_object(cast: Cast, body: object) -> None:
    response = cast.client("member").patch(ME, body)

    assert said(response).code == "invalid_body"


def test_it_lists_the_organisations_of_the_caller(cast: Cast) -> None:
    MembershipFactory(organisation=cast.other, user=cast.member)

    response = cast.client("member").get(f"{ME}/organisations")

    assert [one["name"] for one in response.json()] == ["Suomen Vaunu", "Baltic Wagons"]


def test_it_lists_no_organisation_that_is_off(cast: Cast) -> None:
    cast.organisation.enabled = False
    cast.organisation.save()

    assert cast.client("member").get(f"{ME}/organisations").json() == []


def test_it_lists_nothing_to_who_is_nowhere_a_member(cast: Cast) -> None:
    stranger = User.objects.create_user("stranger")

    response = client_of(stranger).get(f"{ME}/organisations")

    assert response.json() == []


@pytest.mark.parametrize("path", [ME, f"{ME}/organisations", f"{ME}/fleet-shares"])
def test_it_asks_who_is_there(cast: Cast, path: str) -> None:
    response = cast.client("anonymous").get(path)

    assert said(response) == refusal("not_authenticated", status=401)
    assert response["WWW-Authenticate"] == "Bearer"
