"""The two forms that every path of an API family answers at."""

from collections.abc import Iterable

from django.urls import URLPattern, URLResolver, include, path

PREFIX = "api/"


def both_forms(documented: Iterable[URLPattern]) -> list[URLResolver]:
    """Mount each route with `/api` and without it (contract C1).

    Only the form with the prefix is named, so `reverse()` always gives that one.
    """
    routes = [(str(route.pattern).removeprefix(PREFIX), route) for route in documented]
    named = [
        path(bare, route.callback, route.default_args, route.name)
        for bare, route in routes
    ]
    unnamed = [path(bare, route.callback, route.default_args) for bare, route in routes]
    return [path(PREFIX, include(named)), path("", include(unnamed))]
