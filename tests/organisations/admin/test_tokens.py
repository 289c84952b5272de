"""Tokens and applications in the back office: shown once, listed without their text."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from oauth2_provider.models import AccessToken, Application, RefreshToken

from organisations.models import PersonalToken
from organisations.services.bearer import find_credential
from organisations.services.tokens import create_token
from tests.back_office import CASES, as_staff, changes_of, errors_in, page
from tests.cast import Cast
from tests.factories.access import make_client
from tests.factories.organisations import UserFactory
from tests.stored import everything_stored

pytestmark = pytest.mark.usefixtures("without_tokens")

ROTATE = "admin:oauth2_provider_application_rotate"
ASKED = {"name": "Nightly", "scopes": ["read:assets", "edit:assets"], "days": "30"}


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def test_it_shows_a_token_once_and_stores_it_nowhere(
    cast: Cast, client: Client
) -> None:
    answer = client.post(page(PersonalToken, "add"), ASKED)
    [(label, text)] = answer.context["secrets"]
    assert label == "Token"
    assert text in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.cookies.keys() <= {"csrftoken"}
    assert text not in everything_stored()
    credential = find_credential(text)
    assert credential is not None
    assert credential.user == cast.owner
    assert credential.scopes == {"read:assets", "edit:assets"}
    token = PersonalToken.objects.get()
    assert changes_of(token) == [("created", "", "owner")]
    for name in ("change", "history"):
        shown = client.get(page(PersonalToken, name, token.pk)).content.decode()
        assert text not in shown


def test_it_refuses_a_token_without_a_scope(client: Client) -> None:
    said = errors_in(client.post(page(PersonalToken, "add"), ASKED | {"scopes": []}))
    assert said == {"scopes": ["This field is required."]}


def test_it_makes_tokens_that_act_as_who_asks_only(cast: Cast) -> None:
    operator = as_staff(UserFactory(), is_superuser=True)
    asked = ASKED | {"user": cast.owner.pk}
    assert operator.post(page(PersonalToken, "add"), asked).status_code == HTTPStatus.OK
    assert PersonalToken.objects.get().token.user != cast.owner


def test_it_shows_when_a_token_ends(cast: Cast, client: Client) -> None:
    create_token(user=cast.owner, name="For ever")
    assert "never" in client.get(page(PersonalToken, "changelist")).content.decode()


def test_it_changes_no_token(cast: Cast, client: Client) -> None:
    token = create_token(user=cast.owner, name="Mine").row
    answer = client.post(page(PersonalToken, "change", token.pk), {"name": "Yours"})
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_it_revokes_by_deleting(cast: Cast, client: Client) -> None:
    made = create_token(user=cast.owner, name="Mine")
    client.post(page(PersonalToken, "delete", made.row.pk), {"post": "yes"})
    assert find_credential(made.text) is None
    assert changes_of(made.row)[-1] == ("deleted", "", "owner")


def test_it_revokes_those_chosen_among_ones_own(cast: Cast, client: Client) -> None:
    mine = create_token(user=cast.owner, name="Mine")
    theirs = create_token(user=cast.outsider, name="Theirs")
    chosen = {
        "action": "revoke",
        "index": "0",
        "_selected_action": [mine.row.pk, theirs.row.pk],
    }
    client.post(page(PersonalToken, "changelist"), chosen)
    assert find_credential(mine.text) is None
    assert find_credential(theirs.text) is not None


def test_it_lets_operators_revoke_any_token(cast: Cast) -> None:
    token = create_token(user=cast.owner, name="Lost")
    operator = as_staff(UserFactory(), is_superuser=True)
    chosen = {"action": "revoke", "index": "0", "_selected_action": [token.row.pk]}
    operator.post(page(PersonalToken, "changelist"), chosen)
    assert find_credential(token.text) is None


def test_it_shows_the_secret_of_an_application_once(cast: Cast, client: Client) -> None:
    answer = client.post(page(Application, "add"), {"name": "Timetable"})
    secrets = dict(answer.context["secrets"])
    application = Application.objects.get()
    assert (application.user, application.name) == (cast.owner, "Timetable")
    assert secrets["Client id"] == application.client_id
    assert secrets["Client secret"] not in everything_stored()
    form = {
        "grant_type": "client_credentials",
        "client_id": secrets["Client id"],
        "client_secret": secrets["Client secret"],
    }
    assert Client().post("/auth/token", form).status_code == HTTPStatus.OK
    shown = client.get(page(Application, "change", application.pk)).content.decode()
    assert secrets["Client secret"] not in shown
    assert application.client_secret not in shown


def test_it_gives_an_application_another_secret(cast: Cast, client: Client) -> None:
    made = make_client(cast.owner, name="Timetable")
    address = reverse(ROTATE, args=[made.application.pk])
    asked = client.get(address).content.decode()
    assert "The secret it has now opens nothing any more" in asked
    assert opens(made.credentials())
    answer = client.post(address)
    secret = dict(answer.context["secrets"])["Client secret"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in everything_stored()
    assert not opens(made.credentials())
    assert opens(made.credentials(client_secret=secret))
    assert changes_of(cast.owner)[-1] == ("changed", "application secret", "owner")
    history = client.get(page(Application, "history", made.application.pk))
    assert "Made another secret." in history.content.decode()


@pytest.mark.parametrize("is_revoking", [True, False])
def test_it_revokes_with_the_old_secret_what_it_opened(
    is_revoking: bool, cast: Cast, client: Client
) -> None:
    refresh: Any = CASES[RefreshToken].make(cast.organisation)
    address = reverse(ROTATE, args=[refresh.application.pk])
    client.post(address, {"is_revoking": "on"} if is_revoking else {})
    kept = AccessToken.objects.filter(pk=refresh.access_token.pk)
    assert kept.exists() is not is_revoking
    assert RefreshToken.objects.exists() is not is_revoking


def opens(credentials: dict[str, str]) -> bool:
    """Tell whether a program gets a token for what it shows."""
    answer = Client().post("/auth/token", credentials)
    return answer.status_code == HTTPStatus.OK


def test_it_tells_when_an_application_last_came_for_a_token(
    cast: Cast, client: Client
) -> None:
    made = make_client(cast.owner, name="Timetable")
    address = page(Application, "change", made.application.pk)
    assert "never" in client.get(address).content.decode()
    assert opens(made.credentials())
    assert "never" not in client.get(address).content.decode()


def test_it_tells_the_history_who_made_what_acts_as_somebody(cast: Cast) -> None:
    operator = as_staff(UserFactory(username="operator"), is_superuser=True)
    asked = {"name": "Timetable", "user": cast.member.pk}
    operator.post(page(Application, "add"), asked)
    assert changes_of(cast.member) == [("changed", "application", "operator")]
    key = Application.objects.get().pk
    operator.post(page(Application, "delete", key), {"post": "yes"})
    assert changes_of(cast.member)[1:] == [("changed", "application", "operator")]


def test_it_insists_on_a_name_for_an_application(client: Client) -> None:
    said = errors_in(client.post(page(Application, "add"), {"name": ""}))
    assert said == {"name": ["This field is required."]}


def test_it_lets_operators_say_whom_an_application_acts_as(cast: Cast) -> None:
    operator = as_staff(UserFactory(), is_superuser=True)
    asked = {"name": "Timetable", "user": cast.member.pk}
    operator.post(page(Application, "add"), asked)
    assert Application.objects.get().user == cast.member


def test_it_lets_others_make_applications_for_themselves_only(
    cast: Cast, client: Client
) -> None:
    asked = {"name": "Timetable", "user": cast.member.pk}
    client.post(page(Application, "add"), asked)
    assert Application.objects.get().user == cast.owner


def test_it_deletes_an_application_with_its_tokens(cast: Cast, client: Client) -> None:
    token = CASES[AccessToken].make(cast.organisation)
    application = Application.objects.get()
    shown = client.get(page(Application, "delete", application.pk))
    assert str(token) not in shown.content.decode()
    client.post(page(Application, "delete", application.pk), {"post": "yes"})
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("model", [AccessToken, RefreshToken])
def test_it_revokes_tokens_of_applications(
    model: type[AccessToken], cast: Cast, client: Client
) -> None:
    refresh = CASES[RefreshToken].make(cast.organisation)
    stored = (refresh.token, refresh.access_token.token)  # type: ignore[attr-defined]
    for text in stored:
        shown = client.get(page(model, "changelist")).content.decode()
        assert not text or text not in shown
    chosen = {"action": "revoke", "index": "0", "_selected_action": [refresh.pk]}
    client.post(page(model, "changelist"), chosen)
    assert not AccessToken.objects.exists()
    assert RefreshToken.objects.get().revoked is not None


def test_it_leaves_personal_tokens_out_of_the_list_of_access_tokens(
    cast: Cast, client: Client
) -> None:
    token = create_token(user=cast.owner, name="Mine").row.token
    shown = client.get(page(AccessToken, "changelist"))
    assert token not in shown.context["cl"].result_list
