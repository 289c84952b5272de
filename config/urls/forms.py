"""The two forms that every path of an API family answers at."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

PREFIX = "api/"


class FamilyPattern(RoutePattern):
    """Matches at the start of a path that is one of the family's.

    Paths of the other family then need not be compared with every route of it.
    """

    def __init__(self, is_of_family: Callable[[str], bool]) -> None:
        super().__init__("")
        self.is_of_family = is_of_family

    def match(self, path: str) -> Any:
        """Match nothing of the path, or not at all."""
        return super().match(path) if self.is_of_family(path) else None


def family(urlconf: str, is_of_family: Callable[[str], bool]) -> URLResolver:
    """Mount the routes of a module for the paths of its family only."""
    return URLResolver(FamilyPattern(is_of_family), urlconf)


def both_forms(
    documented: Iterable[URLPattern], route: Callable[..., Any] = path
) -> list[Any]:
    """Mount each route with `/api` and without it (contract C1).

    Only the form with the prefix is named, so `reverse()` always gives that one.
    `route` makes the patterns: `path`, or `any_case`.
    """
    routes = [(str(one.pattern).removeprefix(PREFIX), one) for one in documented]
    named = [
        route(bare, one.callback, one.default_args, one.name) for bare, one in routes
    ]
    unnamed = [route(bare, one.callback, one.default_args) for bare, one in routes]
    return [route(PREFIX, include(named)), route("", include(unnamed))]
