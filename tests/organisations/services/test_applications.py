"""Applications, and what the history of whom they act as tells of them."""

import pytest

from config.api.errors import Refusal
from organisations.models import Change, User
from organisations.services.applications import (
    create_application,
    delete_application,
    rotate_secret,
)
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    person: User = UserFactory()
    return person


def test_it_records_what_becomes_of_an_application(user: User) -> None:
    operator: User = UserFactory()
    made = create_application(name="Timetable", user=user, actor=operator)
    rotate_secret(application=made.application, actor=user)
    delete_application(application=made.application, actor=None)

    changes = Change.objects.filter(model="user", object_id=user.pk).order_by("id")
    assert list(changes.values_list("field", "old", "new", "user")) == [
        ("application", None, "Timetable", operator.pk),
        ("application secret", None, "Timetable", user.pk),
        ("application", "Timetable", None, None),
    ]


def test_it_tells_nobody_the_secret(user: User) -> None:
    made = create_application(name="Timetable", user=user, actor=user)

    assert made.text not in repr(made)
    assert made.text != made.application.client_secret
    assert made.text not in str(list(Change.objects.values_list("old", "new")))


def test_it_refuses_an_application_that_has_just_been_deleted(user: User) -> None:
    made = create_application(name="Timetable", user=user, actor=user)
    made.application.__class__.objects.all().delete()

    with pytest.raises(Refusal, match="just been deleted"):
        rotate_secret(application=made.application, actor=user)
