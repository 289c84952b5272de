"""The front page: what strangers are told, and what they are not."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from django.utils.html import strip_tags

from config import plain
from tests.cast import Cast


def test_it_says_what_this_is_without_asking_the_database(client: Client) -> None:
    answer = client.get("/")

    assert answer.status_code == HTTPStatus.OK
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    content = answer.content.decode()
    assert "<title>Consist</title>" in content
    for address in ("/admin/", "/api/docs", "/api/docs/device", "/readyz"):
        assert f'<a href="{address}">' in content
    assert not answer.cookies


def test_it_loads_nothing_from_elsewhere(client: Client) -> None:
    content = client.get("/").content.decode()

    assert "http" not in content.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in content
    assert "<style" not in content
    assert all(finders.find(name) for name in plain.SHEETS)


def test_it_tells_strangers_nothing_of_what_is_in_it(
    client: Client, cast: Cast
) -> None:
    content = client.get("/").content.decode()

    assert cast.organisation.name not in content
    assert not re.search(r"\d", strip_tags(content))


def test_it_leads_to_pages_that_are_there(client: Client, cast: Cast) -> None:
    for address in ("/api/docs", "/api/docs/device", "/readyz"):
        assert client.get(address).status_code == HTTPStatus.OK


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_shows(client: Client, method: str) -> None:
    answer = getattr(client, method)("/")

    assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert answer.headers["Allow"] == "GET, HEAD"


def test_it_does_without_its_looks_before_they_are_collected(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> Any:
        raise ValueError(f"Missing staticfiles manifest entry for '{name}'")

    monkeypatch.setattr(staticfiles_storage, "url", missing)

    answer = client.get("/")

    assert answer.status_code == HTTPStatus.OK
    assert "stylesheet" not in answer.content.decode()
