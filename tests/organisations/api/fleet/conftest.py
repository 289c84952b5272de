"""What the tests of the organisations' endpoints can ask for."""

import pytest

from organisations.models import Fleet, User
from tests.cast import Cast
from tests.factories.organisations import FleetFactory, UserFactory


@pytest.fixture
def fleet(cast: Cast) -> Fleet:
    """Return a fleet without anything in it."""
    made: Fleet = FleetFactory(organisation=cast.organisation, name="Blue trams")
    return made


@pytest.fixture
def stranger(db: None) -> User:
    """Return somebody who is nowhere a member."""
    made: User = UserFactory()
    return made
