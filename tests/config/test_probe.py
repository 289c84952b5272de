"""What tells a container's supervisor whether it can serve."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from config.probe import host, is_ready


class Register(BaseHTTPRequestHandler):
    """Answers as the register does: 200 where the host is known and all is well."""

    def do_GET(self) -> None:
        known = self.headers["Host"] == "register.example"
        well = self.path == "/readyz"
        self.send_response((200 if well else 503) if known else 400)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Register) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_it_asks_under_a_host_that_is_answered(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "register.example, other.example")
    assert is_ready(f"{address}/readyz")
    assert not is_ready(f"{address}/broken")
    monkeypatch.setenv("ALLOWED_HOSTS", "other.example")
    assert not is_ready(f"{address}/readyz")


def test_it_takes_silence_for_no() -> None:
    with HTTPServer(("127.0.0.1", 0), Register) as server:
        port = server.server_port
    assert not is_ready(f"http://127.0.0.1:{port}/readyz")


@pytest.mark.parametrize(
    ("hosts", "expected"),
    [
        ("", "localhost"),
        ("*", "localhost"),
        (".register.example", "probe.register.example"),
        (" a.example,b.example", "a.example"),
    ],
)
def test_it_picks_a_host(
    hosts: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    assert host() == expected
