"""A cache that went away takes nothing with it."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test.utils import override_settings

from config.cache import ForgivingCache
from config.env import Rate
from tests.cast import Cast

# Nobody listens there.
AWAY = "redis://127.0.0.1:1/0"
Call = Callable[[ForgivingCache], Any]


@pytest.fixture
def away() -> ForgivingCache:
    return ForgivingCache(AWAY, {})


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda one: one.add("key", 1), True),
        (lambda one: one.get("key"), None),
        (lambda one: one.get("key", 5), 5),
        (lambda one: one.set("key", 1), None),
        (lambda one: one.touch("key"), False),
        (lambda one: one.delete("key"), False),
        (lambda one: one.get_many(["key"]), {}),
        (lambda one: one.has_key("key"), False),
        (lambda one: one.incr("key"), 1),
        (lambda one: one.set_many({"key": 1}), ["key"]),
        (lambda one: one.delete_many(["key"]), None),
        (lambda one: one.clear(), None),
    ],
)
def test_it_knows_nothing_while_redis_is_away(
    away: ForgivingCache, call: Call, expected: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="config.cache"):
        assert call(away) == expected
    assert "the cache is away" in caplog.text


def test_requests_are_answered_while_redis_is_away(cast: Cast) -> None:
    caches = {"default": {"BACKEND": "config.cache.ForgivingCache", "LOCATION": AWAY}}
    with override_settings(CACHES=caches, THROTTLE_USER=Rate(1, 60)):
        assert cache.get("key", "nothing") == "nothing"
        for _ in range(2):
            answer = cast.client("owner").get("/api/users/@me")
            assert answer.status_code == 200
