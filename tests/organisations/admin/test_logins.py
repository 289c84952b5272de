"""What is kept of logins."""

from http import HTTPStatus

from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from tests.back_office import as_staff, changes_of, page
from tests.cast import Cast
from tests.factories.organisations import PASSWORD, UserFactory


def try_to_log_in(password: str) -> int:
    """Return what the login answers to the owner."""
    form = {"username": "owner", "password": password}
    return Client().post("/admin/login/", form).status_code


def test_it_records_that_a_person_set_their_own_password(cast: Cast) -> None:
    client = as_staff(cast.owner)
    chosen = "a train of thought leaves at nine"
    typed = {"old_password": "wrong", "new_password1": chosen, "new_password2": chosen}
    address = reverse("admin:password_change")
    assert client.post(address, typed).status_code == HTTPStatus.OK
    assert changes_of(cast.owner) == []
    client.post(address, typed | {"old_password": PASSWORD})
    assert changes_of(cast.owner) == [("changed", "password", "owner")]
    cast.owner.refresh_from_db()
    assert cast.owner.check_password(chosen)


def test_it_opens_a_closed_login_again(cast: Cast) -> None:
    cast.owner.is_staff = True
    cast.owner.save()
    for _ in range(5):
        try_to_log_in("wrong")
    assert try_to_log_in(PASSWORD) == 429
    operator = as_staff(UserFactory(username="operator"), is_superuser=True)
    keys = list(AccessAttempt.objects.values_list("pk", flat=True))
    chosen = {"action": "open_again", "index": "0", "_selected_action": keys}
    operator.post(page(AccessAttempt, "changelist"), chosen)
    assert try_to_log_in(PASSWORD) == 302
