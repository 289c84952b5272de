"""What is kept of logins."""

from axes.models import AccessAttempt
from django.test import Client

from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.organisations import PASSWORD, UserFactory


def try_to_log_in(password: str) -> int:
    """Return what the login answers to the owner."""
    form = {"username": "owner", "password": password}
    return Client().post("/admin/login/", form).status_code


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
