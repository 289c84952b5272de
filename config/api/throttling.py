"""How many requests an address and a token may make (contract C7, C15)."""

from contextlib import suppress
from ipaddress import ip_address, ip_network
from math import ceil
from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from config.env import Rate


def client_address(request: HttpRequest | Request) -> str | None:
    """Return the address of the client, as the trusted proxies tell it.

    A proxy that tells no address stands for its clients; None is a local socket.
    """
    told = BaseThrottle().get_ident(request)  # type: ignore[arg-type]
    for candidate in (told, request.META.get("REMOTE_ADDR")):
        try:
            return str(ip_address(candidate or ""))
        except ValueError:
            continue
    return None


class WindowThrottle(BaseThrottle):
    """Counts requests in fixed windows, in the cache that all processes share."""

    rate_setting: str
    now: float
    seconds: int

    def identity(self, request: Request) -> str | None:
        """Name who is counted; None is not counted."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request and tell whether it may go on."""
        rate: Rate | None = getattr(settings, self.rate_setting)
        identity = self.identity(request)
        if rate is None or identity is None:
            return True
        self.now = time()
        self.seconds = rate.seconds
        window = int(self.now // rate.seconds)
        return self._count(f"throttle:{identity}:{window}") <= rate.requests

    def wait(self) -> float:
        """Return the whole seconds until the next window."""
        return ceil(self.seconds - self.now % self.seconds)

    def _count(self, key: str) -> int:
        """Count the request; all but the first of a window find a count to raise."""
        with suppress(ValueError):
            return cache.incr(key)
        if cache.add(key, 1, self.seconds):
            return 1
        # Somebody else was first, or the window has ended meanwhile.
        with suppress(ValueError):
            return cache.incr(key)
        return 1


class AddressThrottle(WindowThrottle):
    """Limits an address, before anybody is authenticated."""

    rate_setting = "THROTTLE_ANON"

    def identity(self, request: Request) -> str:
        """Name the address; an IPv6 subscriber has a whole /64 to choose from."""
        address = client_address(request)
        if address and ":" in address:
            return f"network:{ip_network((address, 64), strict=False)}"
        return f"address:{address}"


class PrincipalThrottle(WindowThrottle):
    """Limits a token, or the user of a session, directly after authentication."""

    rate_setting = "THROTTLE_USER"

    def identity(self, request: Request) -> str | None:
        """Name the token, else the user."""
        for kind, principal in (("token", request.auth), ("user", request.user)):
            key = getattr(principal, "pk", None)
            if key is not None:
                return f"{kind}:{key}"
        return None
