"""What the tests of OData can ask for."""

import pytest

from tests.cast import Cast
from tests.config.api.odata.register import Register, fill


@pytest.fixture
def register(cast: Cast) -> Register:
    """Return a small register with every kind of property."""
    return fill(cast)
