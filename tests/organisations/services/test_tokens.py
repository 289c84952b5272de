from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from oauth2_provider.models import AccessToken

from config.api.errors import Refusal
from organisations.models import Change, PersonalToken, User
from organisations.services.bearer import find_credential
from organisations.services.tokens import (
    NEVER,
    PREFIX,
    create_token,
    revoke_token,
)
from tests.factories.organisations import UserFactory
from tests.stored import everything_stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_tokens")]


@pytest.fixture
def user() -> User:
    person: User = UserFactory()
    return person


def test_it_keeps_no_text_of_a_token(user: User) -> None:
    token = create_token(user=user, name="Canary")

    stored = everything_stored()

    assert "Canary" in stored
    assert token.text not in stored
    assert token.text.removeprefix(PREFIX) not in stored
    assert token.text not in repr(token)


def test_it_keeps_no_text_after_the_token_is_saved_again(user: User) -> None:
    token = create_token(user=user, name="Canary")

    access = AccessToken.objects.get()
    access.save()

    assert token.text not in everything_stored()
    assert find_credential(token.text) is not None


def test_it_makes_tokens_that_nobody_guesses(user: User) -> None:
    texts = {create_token(user=user, name="Test").text for _ in range(20)}

    assert len(texts) == 20
    assert min(len(text.removeprefix(PREFIX)) for text in texts) >= 43


@pytest.mark.parametrize(("days", "lasting"), [(None, False), (1, True), (3650, True)])
def test_it_makes_a_token_for_so_many_days(
    user: User, days: int | None, lasting: bool
) -> None:
    create_token(user=user, name="Test", days=days)

    expires = AccessToken.objects.get().expires
    if days is None:
        assert expires == NEVER
    else:
        assert abs(expires - timezone.now() - timedelta(days=days)) < timedelta(
            minutes=1
        )


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"scope": ""}, {"scope"}),
        ({"scope": "everything"}, {"scope"}),
        ({"days": 0}, {"days"}),
        ({"days": 3651}, {"days"}),
        ({"days": 0, "scope": "x"}, {"days", "scope"}),
    ],
)
def test_it_refuses_what_is_wrong(
    user: User, wanted: dict[str, Any], keys: set[str]
) -> None:
    with pytest.raises(Refusal) as refusal:
        create_token(user=user, name="Test", **wanted)

    assert refusal.value.code == "invalid_body"
    assert set(refusal.value.errors) == keys
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "a" * 61, "a\0b", "a\nb", "\ud800"])
def test_it_refuses_a_name_and_leaves_no_token(user: User, name: str) -> None:
    with pytest.raises(ValidationError) as error:
        create_token(user=user, name=name)

    assert set(error.value.message_dict) == {"name"}
    assert not AccessToken.objects.exists()


def test_it_makes_no_token_for_a_disabled_user(user: User) -> None:
    user.is_active = False

    with pytest.raises(Refusal):
        create_token(user=user, name="Test")


def test_it_records_that_a_token_was_made_and_revoked(user: User) -> None:
    row = create_token(user=user, name="Test", actor=user).row
    key = row.pk

    revoke_token(token=row, actor=user)

    assert not AccessToken.objects.exists()
    assert not PersonalToken.objects.exists()
    changes = Change.objects.filter(model="personaltoken", object_id=key)
    found = [(each.action, each.user, each.organisation) for each in reversed(changes)]
    assert found == [("created", user, None), ("deleted", user, None)]
