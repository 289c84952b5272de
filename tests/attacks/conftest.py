"""Two organisations with one of everything, made once for each module that asks."""

from tests.isolation.conftest import world

__all__ = ["world"]
