"""The shared cache, which may go away: what it keeps is a courtesy, never a fact."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

T = TypeVar("T")


class ForgivingCache(RedisCache):
    """Redis; while it is away, a cache that forgets everything at once.

    Requests are answered then as if nobody had sent any before: they are not limited,
    and nothing is known of the progress of imports.
    """

    def _or(self, fallback: T, call: Callable[[], T]) -> T:
        try:
            return call()
        except (RedisError, OSError) as error:
            logger.warning("the cache is away: %s", error)
            return fallback

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        """Keep a value unless there is one; tell whether there was none."""
        add = super().add
        return self._or(True, lambda: bool(add(key, value, timeout, version)))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """Return a value."""
        get = super().get
        return self._or(default, lambda: get(key, default, version))

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        """Keep a value."""
        put = super().set
        self._or(None, lambda: put(key, value, timeout, version))

    def touch(
        self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        """Keep a value for longer; tell whether there is one."""
        touch = super().touch
        return self._or(False, lambda: bool(touch(key, timeout, version)))

    def delete(self, key: Any, version: Any = None) -> bool:
        """Forget a value; tell whether there was one."""
        delete = super().delete
        return self._or(False, lambda: bool(delete(key, version)))

    def get_many(self, keys: Iterable[Any], version: Any = None) -> dict[Any, Any]:
        """Return the values that there are."""
        get_many = super().get_many
        return self._or({}, lambda: get_many(keys, version))

    def has_key(self, key: Any, version: Any = None) -> bool:
        """Tell whether there is a value."""
        has_key = super().has_key
        return self._or(False, lambda: bool(has_key(key, version)))

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        """Raise a count; raise ValueError where there is none."""
        incr = super().incr
        return self._or(delta, lambda: int(incr(key, delta, version)))

    def set_many(
        self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> list[Any]:
        """Keep values; return the keys of those that were not kept."""
        set_many = super().set_many
        return self._or(list(data), lambda: set_many(data, timeout, version))

    def delete_many(self, keys: Iterable[Any], version: Any = None) -> None:
        """Forget values."""
        delete_many = super().delete_many
        self._or(None, lambda: delete_many(keys, version))

    def clear(self) -> None:
        """Forget everything."""
        clear = super().clear
        self._or(None, lambda: clear())
