"""Personal tokens."""

from typing import ClassVar

from django.db import models
from oauth2_provider.models import AccessToken

from organisations.fields import NameField
from organisations.models.base import Row
from organisations.querysets import PersonalTokenQuerySet


class PersonalToken(Row):
    """A token that a person made by hand: its name and when it was last used.

    The token itself is django-oauth-toolkit's, hashed at rest.
    """

    token = models.OneToOneField(
        AccessToken, models.CASCADE, related_name="personal_token"
    )
    name = NameField(max_length=60, min_length=1)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PersonalTokenQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name
