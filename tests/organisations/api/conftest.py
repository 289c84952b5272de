"""A client as programs are, and an application with the person it acts as."""

import pytest
from django.test import Client as Browser

from organisations.models import User
from tests.factories.access import Client, make_client
from tests.factories.organisations import UserFactory


@pytest.fixture
def client() -> Browser:
    """Send requests as programs do, without a CSRF token that nobody asks for."""
    return Browser(enforce_csrf_checks=True)


@pytest.fixture
def owner() -> User:
    """Own the application."""
    person: User = UserFactory()
    return person


@pytest.fixture
def program(owner: User) -> Client:
    """Act as the owner."""
    return make_client(owner)
