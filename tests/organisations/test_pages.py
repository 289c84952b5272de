"""The page on which an invited person opens their account."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from organisations.models import Change, Membership, PersonalToken, User
from organisations.services.invitations import SALT
from organisations.services.members import remove_member
from tests.assets.api.fleet.calls import Answer
from tests.cast import Cast
from tests.factories.organisations import PASSWORD, UserFactory

CHOSEN = "a train of thought leaves at nine"
FORM = {
    "first_name": "Kaja",
    "last_name": "Tamm",
    "new_password1": CHOSEN,
    "new_password2": CHOSEN,
}


def invite(cast: Cast, email: str = "kaja@example.org") -> str:
    """Invite somebody and return the path of the link."""
    response = cast.client("owner").post(f"{cast.path}/members", {"email": email})
    link: str = response.json()["link"]
    return urlsplit(link).path


def invited(email: str = "kaja@example.org") -> User:
    person: User = User.objects.get(email=email)
    return person


def text_of(response: Answer) -> str:
    content: bytes = response.content
    return " ".join(content.decode().split())


def test_it_asks_who_the_person_is(cast: Cast, client: Client) -> None:
    response = client.get(invite(cast))

    page = text_of(response)
    assert response.status_code == 200
    assert "You are invited to Suomen Vaunu as kaja@example.org." in page
    for name in (*FORM, "csrfmiddlewaretoken"):
        assert f'name="{name}"' in page
    assert "no-store" in response["Cache-Control"]
    assert not invited().is_active


def test_it_opens_the_account(cast: Cast, client: Client) -> None:
    response = client.post(invite(cast), FORM)

    person = invited()
    assert response.status_code == 200
    assert "Your account is open." in text_of(response)
    assert (person.is_active, person.is_invited) == (True, False)
    assert (person.first_name, person.last_name) == ("Kaja", "Tamm")
    assert person.check_password(CHOSEN)
    assert not person.is_staff
    changed = Change.objects.filter(model="user", object_id=person.pk, user=person)
    assert set(changed.values_list("field", flat=True)) == {
        "first_name",
        "last_name",
        "is_active",
        "is_invited",
    }


def test_it_shows_a_first_token(cast: Cast, client: Client) -> None:
    response = client.post(invite(cast), FORM)

    token = response.context["token"]
    assert token in text_of(response)
    assert "no-store" in response["Cache-Control"]
    assert PersonalToken.objects.get(token__user=invited()).name == "First token"
    me = client.get("/api/users/@me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["firstname"] == "Kaja"


def test_it_tells_who_is_not_staff_what_the_account_is_for(
    cast: Cast, client: Client
) -> None:
    page = text_of(client.post(invite(cast), FORM))

    assert "Programs act as you by the token" in page
    assert 'href="/api/docs"' in page
    assert "once an administrator has made you staff" in page
    assert "Log in to the back office" not in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"new_password2": "something else"}, "match"),
        ({"new_password1": "short", "new_password2": "short"}, "too short"),
        ({"new_password1": "12345678901", "new_password2": "12345678901"}, "numeric"),
        ({"first_name": ""}, "This field is required."),
        ({"last_name": "a" * 151}, "at most 150 characters"),
        ({"first_name": "a\u0007b"}, "Control characters are not allowed."),
        ({"last_name": CHOSEN.title()}, "too similar to the last name"),
    ],
)
def test_it_says_what_is_wrong(
    cast: Cast, client: Client, wrong: dict[str, str], said: str
) -> None:
    path = invite(cast)

    response = client.post(path, {**FORM, **wrong})

    assert response.status_code == 422
    assert said in text_of(response)
    assert invited().may_accept
    assert client.post(path, FORM).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_works_once(cast: Cast, client: Client, method: str) -> None:
    path = invite(cast)
    client.post(path, FORM)
    other = "another train of thought"
    again = {**FORM, "new_password1": other, "new_password2": other}

    response = getattr(client, method)(path, again)

    assert response.status_code == 200
    assert "There is nothing to do here" in text_of(response)
    assert invited().check_password(CHOSEN)
    assert PersonalToken.objects.filter(token__user=invited()).count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_never_touches_an_account_that_is_open(
    cast: Cast, client: Client, method: str
) -> None:
    path = invite(cast, "outsider@example.org")

    response = getattr(client, method)(path, FORM)

    assert "There is nothing to do here" in text_of(response)
    assert "form" not in response.context
    assert invited("outsider@example.org").check_password(PASSWORD)


@pytest.mark.parametrize("has_password", [True, False])
def test_it_does_not_open_what_staff_closed(
    cast: Cast, client: Client, has_password: bool
) -> None:
    closed: User = UserFactory(is_active=False)
    if not has_password:
        closed.set_unusable_password()
        closed.save()
    path = invite(cast, closed.email)

    response = client.post(path, FORM)

    closed.refresh_from_db()
    assert "There is nothing to do here" in text_of(response)
    assert not closed.is_active


def test_it_does_not_open_what_staff_closed_after_it_was_opened(
    cast: Cast, client: Client
) -> None:
    path = invite(cast)
    client.post(path, FORM)
    User.objects.filter(pk=invited().pk).update(is_active=False)

    client.post(path, FORM)

    assert not invited().is_active


def test_it_ends_with_the_membership(cast: Cast, client: Client) -> None:
    path = invite(cast)
    membership = Membership.objects.get(user=invited())
    remove_member(membership=membership, actor=cast.owner)

    for response in (client.get(path), client.post(path, FORM)):
        assert response.status_code == 404
        assert "The invitation is not valid" in text_of(response)
    assert invited().may_accept
    assert client.post(invite(cast), FORM).status_code == 200


def test_it_ends_after_seven_days(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = invite(cast)
    now = timezone.now().timestamp()

    def at(days: float) -> int:
        later = now + timedelta(days=days).total_seconds()
        monkeypatch.setattr("django.core.signing.time.time", lambda: later)
        return client.get(path).status_code

    assert at(6.99) == 200
    assert at(7.01) == 404


@pytest.mark.parametrize("token", ["x", "NDI", "NDI:1:2", "a" * 2_000, "%00", "Ä"])
def test_it_knows_its_own_links(client: Client, db: None, token: str) -> None:
    assert client.get(f"/invitations/{token}").status_code in {400, 404}


def test_it_takes_no_link_signed_for_something_else(cast: Cast, client: Client) -> None:
    invite(cast)
    key = Membership.objects.get(user=invited()).pk

    for salt, status in ((SALT, 200), ("something.else", 404)):
        token = signing.dumps(key, salt=salt)
        assert client.get(f"/invitations/{token}").status_code == status


def test_it_takes_no_form_from_elsewhere(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post(invite(cast), FORM)

    assert response.status_code == 403
    assert not invited().is_active


def test_it_answers_no_other_method(cast: Cast, client: Client) -> None:
    assert client.delete(invite(cast)).status_code == 405


def test_it_opens_the_membership_of_its_link_only(cast: Cast, client: Client) -> None:
    invite(cast)
    elsewhere = cast.client("outsider").post(
        f"/api/organisations/{cast.other.pk}/members", {"email": "kaja@example.org"}
    )
    path = urlsplit(elsewhere.json()["link"]).path

    response = client.post(path, FORM)

    assert "member of Baltic Wagons" in text_of(response)
    assert [one.organisation for one in invited().memberships.all()] == [cast.other]
