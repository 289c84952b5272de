"""The world, made once for each module."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.cast import Troupe
from tests.isolation.world import World


@pytest.fixture(scope="module")
def world(troupe: Troupe, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Set the stage once, because every request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(troupe.on_stage())
        transaction.set_rollback(True)
