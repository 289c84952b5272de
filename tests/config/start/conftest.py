"""Who reads the start page in its tests."""

import pytest
from django.test import Client

from tests.back_office import as_staff
from tests.cast import Cast


@pytest.fixture
def staff(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def operator(cast: Cast) -> Client:
    return as_staff(cast.manager, is_superuser=True)
