"""The back office of organisations, people and access."""

from organisations.admin import (
    applications,
    changes,
    fleets,
    logins,
    organisations,
    people,
    places,
    roles,
    tokens,
)

__all__ = [
    "applications",
    "changes",
    "fleets",
    "logins",
    "organisations",
    "people",
    "places",
    "roles",
    "tokens",
]
