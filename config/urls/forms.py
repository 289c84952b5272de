"""The two forms that every path of an API family answers at."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import URLPattern, include, path

PREFIX = "api/"


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
