from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from pytest_django import Settings
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from config.api import throttling
from config.api.throttling import AddressThrottle, PrincipalThrottle, client_address
from config.env import Rate

# The second after a whole minute.
NOW = 1_800_000_001.5


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "time", lambda: NOW)


def request_from(address: str, **headers: str) -> Request:
    """Make a request that comes from the address."""
    return Request(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers))


def allows(throttle: AddressThrottle | PrincipalThrottle, request: Request) -> bool:
    """Count the request."""
    return throttle.allow_request(request, APIView())


def test_it_limits_an_address_and_says_when_to_return(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.THROTTLE_ANON = Rate(requests=2, seconds=60)
    throttle = AddressThrottle()

    answers = [allows(throttle, request_from("192.0.2.1")) for _ in range(3)]

    assert answers == [True, True, False]
    assert throttle.wait() == 59
    assert allows(AddressThrottle(), request_from("192.0.2.2"))
    monkeypatch.setattr(throttling, "time", lambda: NOW + 59)
    assert allows(AddressThrottle(), request_from("192.0.2.1"))


def test_it_is_off_without_a_rate(settings: Settings) -> None:
    settings.THROTTLE_ANON = None

    assert all(allows(AddressThrottle(), request_from("192.0.2.1")) for _ in range(9))


def test_it_counts_the_network_of_an_ipv6_subscriber(settings: Settings) -> None:
    settings.THROTTLE_ANON = Rate(requests=1, seconds=60)

    assert allows(AddressThrottle(), request_from("2001:db8:1:2::1"))
    assert not allows(AddressThrottle(), request_from("2001:db8:1:2:ffff::9"))
    assert allows(AddressThrottle(), request_from("2001:db8:1:3::1"))


def test_it_limits_each_token_and_each_user_of_a_session(
    settings: Settings,
) -> None:
    settings.THROTTLE_USER = Rate(requests=1, seconds=60)
    user = SimpleNamespace(pk=7)

    for token in (SimpleNamespace(pk=1), SimpleNamespace(pk=2), None):
        request = SimpleNamespace(auth=token, user=user)
        assert allows(PrincipalThrottle(), request)  # type: ignore[arg-type]
        assert not allows(PrincipalThrottle(), request)  # type: ignore[arg-type]


def test_it_does_not_count_nobody(settings: Settings) -> None:
    settings.THROTTLE_USER = Rate(requests=1, seconds=60)
    nobody = SimpleNamespace(auth=None, user=SimpleNamespace(pk=None))

    assert allows(PrincipalThrottle(), nobody)  # type: ignore[arg-type]
    assert allows(PrincipalThrottle(), nobody)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (1, "not an address", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_it_believes_only_trusted_proxies(
    monkeypatch: pytest.MonkeyPatch, proxies: int, forwarded: str, address: str
) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", proxies)
    request = request_from("192.0.2.1", **{"X-Forwarded-For": forwarded})

    assert client_address(request) == address


def test_it_knows_no_address_of_a_local_socket() -> None:
    assert client_address(request_from("")) is None
