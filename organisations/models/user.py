"""People and the programs that act as them."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q

from config.api.snowflake import Serial, SnowflakeField
from organisations.fields import LowercaseEmailField, NameField, NormalisedNameField
from organisations.models.base import Recorded
from organisations.querysets import UserQuerySet


class PeopleManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's manager of users, knowing who sees whom."""

    use_in_migrations = False


class User(Recorded, AbstractUser):
    """A person who may log in, or whom a token or an application acts as."""

    unrecorded: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "password",
            "last_login",
            "date_joined",
            "normalised_first_name",
            "normalised_last_name",
        }
    )

    id = SnowflakeField()
    email = LowercaseEmailField("email address", blank=True, default="")
    first_name = NameField(max_length=150, min_length=0, blank=True, default="")
    last_name = NameField(max_length=150, min_length=0, blank=True, default="")
    phone_number = NameField(max_length=40, min_length=0, blank=True, default="")
    company = NameField(max_length=100, min_length=0, blank=True, default="")
    position = NameField(max_length=100, min_length=0, blank=True, default="")
    is_invited = models.BooleanField(
        default=False,
        editable=False,
        help_text="Made by an invitation that nobody has accepted yet.",
    )
    normalised_first_name = NormalisedNameField(source="first_name")
    normalised_last_name = NormalisedNameField(source="last_name")

    objects: ClassVar[Any] = PeopleManager()

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(Serial("id"), name="organisations_user_id_serial"),
            models.UniqueConstraint(
                fields=["email"],
                condition=~Q(email=""),
                name="organisations_user_email",
                violation_error_message="Another user has that email address.",
            ),
        ]

    @property
    def may_accept(self) -> bool:
        """Whether an invitation still opens this account.

        Never one that has been open: not an active one, and not one that staff closed.
        """
        return self.is_invited and not self.is_active and not self.has_usable_password()
