"""Making and finding people."""

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.crypto import get_random_string

from config.api.errors import Refusal
from organisations.models import User
from organisations.names import has_control_characters
from organisations.services import rows

PASSWORD_LENGTH = 20


def generate_password() -> str:
    """Return a random password of letters and digits."""
    return get_random_string(PASSWORD_LENGTH)


@transaction.atomic
def create_user(
    *,
    username: str,
    password: str,
    email: str = "",
    is_staff: bool = False,
    is_superuser: bool = False,
    actor: User | None = None,
) -> User:
    """Make a person who can log in; raise ValidationError naming what is wrong."""
    user = User(
        username=username,
        email=email,
        is_staff=is_staff or is_superuser,
        is_superuser=is_superuser,
    )
    validate_password(password, user)
    user.set_password(password)
    return rows.create(user, actor=actor)


def find_user(username: str) -> User:
    """Return the active person of that name, or raise `not_found`."""
    known: User | None = None
    if not has_control_characters(username):
        known = User.objects.filter(username=username).first()
    if known is None:
        raise Refusal("not_found", "There is no user of that name.")
    if not known.is_active:
        raise Refusal("not_found", "The user is not active.")
    return known
