"""What the tests of assets as devices share."""

import pytest

from tests.cast import Cast
from tests.devices.api.device.register import Register, furnished


@pytest.fixture
def register(cast: Cast) -> Register:
    """Return a furnished register."""
    return furnished(cast)
