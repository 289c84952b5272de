"""Applications: programs with a secret of their own, which act as their users.

They are django-oauth-toolkit's; what is done to them stands in the history of the
person that they act as.
"""

from dataclasses import dataclass, field

from django.db import transaction
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Application, RefreshToken

from config.api.errors import Refusal
from organisations.models import User
from organisations.services import history

# What the person's history calls them.
APPLICATION = "application"
SECRET = "application secret"  # noqa: S105 - what history calls it


@dataclass(frozen=True, slots=True)
class NewSecret:
    """An application with a secret just made: the only copy there will ever be."""

    application: Application
    text: str = field(repr=False)


@transaction.atomic
def create_application(*, name: str, user: User, actor: User | None) -> NewSecret:
    """Make an application for the client-credentials grant that acts as the user."""
    application = Application(
        name=name,
        user=user,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    # Saving puts the hash in its place.
    secret: str = application.client_secret
    application.save()
    history.record_value(user, APPLICATION, old=None, new=name, actor=actor)
    return NewSecret(application, secret)


@transaction.atomic
def rotate_secret(
    *, application: Application, is_revoking: bool = False, actor: User | None
) -> NewSecret:
    """Give the application another secret; the one before opens nothing any more.

    The tokens it was given work until they expire, unless they are revoked too.
    Raises `not_found` when somebody has just deleted it.
    """
    lockable = Application.objects.select_for_update()
    found: Application | None = lockable.filter(pk=application.pk).first()
    if found is None:
        raise Refusal("not_found", "The application has just been deleted.")
    application = found
    secret = generate_client_secret()
    application.client_secret = secret
    application.save(update_fields=["client_secret", "updated"])
    if is_revoking:
        RefreshToken.objects.filter(application=application).delete()
        AccessToken.objects.filter(application=application).delete()
    if application.user is not None:
        history.record_value(
            application.user, SECRET, old=None, new=application.name, actor=actor
        )
    return NewSecret(application, secret)


@transaction.atomic
def delete_application(*, application: Application, actor: User | None) -> None:
    """Delete the application with its tokens."""
    if application.user is not None:
        history.record_value(
            application.user, APPLICATION, old=application.name, new=None, actor=actor
        )
    application.delete()
