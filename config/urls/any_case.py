"""Paths whose letters match in either case, as the device API's clients write them."""

import re
from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern


class AnyCasePattern(RoutePattern):
    """A route like that of `path()`, matched without regard to case.

    The flag is given to the expression from outside: one written into it would make
    every `reverse()` of the project fail.
    """

    def __init__(
        self, route: str, name: str | None = None, is_endpoint: bool = False
    ) -> None:
        super().__init__(route, name, is_endpoint)
        plain = RoutePattern(route, name, is_endpoint).regex.pattern
        # Letters beyond ASCII match themselves only.
        self.regex = re.compile(plain, re.IGNORECASE | re.ASCII)


def any_case(
    route: str,
    view: Any,
    kwargs: dict[str, Any] | None = None,
    name: str | None = None,
) -> Any:
    """Return what `path()` returns, a pattern or for an `include()` a resolver."""
    if not isinstance(view, tuple):
        pattern = AnyCasePattern(route, name=name, is_endpoint=True)
        return URLPattern(pattern, view, kwargs, name)
    module, app_name, namespace = view
    pattern = AnyCasePattern(route, is_endpoint=False)
    return URLResolver(pattern, module, kwargs, app_name, namespace)
