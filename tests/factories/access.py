"""Invented tokens, and the applications that get theirs from `/auth/token`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, set_token_value

from organisations.models import User
from organisations.services.tokens import create_token
from tests.factories.organisations import UserFactory


@dataclass(frozen=True)
class Client:
    """An application and the secret that only its owner knows."""

    application: Application
    secret: str

    def credentials(self, **form: str) -> dict[str, str]:
        """Return the form that asks for a token."""
        return {
            "grant_type": "client_credentials",
            "client_id": self.application.client_id,
            "client_secret": self.secret,
            **form,
        }


def make_client(user: User | None = None, **columns: Any) -> Client:
    """Make an application that acts as the user."""
    columns.setdefault("client_type", Application.CLIENT_CONFIDENTIAL)
    columns.setdefault("authorization_grant_type", Application.GRANT_CLIENT_CREDENTIALS)
    application = Application(user=user or UserFactory(), **columns)
    secret: str = application.client_secret
    application.save()
    return Client(application, secret)


def bearer(text: str) -> dict[str, str]:
    """Return the headers of a request that shows the token."""
    return {"Authorization": f"Bearer {text}"}


def personal_token(user: User | None = None, **wanted: Any) -> str:
    """Return the text of a new personal token."""
    return create_token(user=user or UserFactory(), name="Test", **wanted).text


def application_token(
    user: User, owner: User | None = None, *, expires_in: int = 60, scope: str = "all"
) -> str:
    """Return the text of a token of an application, which acts as the owner."""
    text = f"application-token-{user.pk}"
    token = AccessToken(
        user=user,
        application=make_client(owner or user).application,
        scope=scope,
        expires=timezone.now() + timedelta(seconds=expires_in),
    )
    set_token_value(token, text)
    token.save()
    return text
