"""The device API's own page of routes, and what answers around them."""

import pytest
from django.test import Client

from config.urls.device import documented, is_device_path
from config.urls.fleet import documented as fleet
from organisations.api.device.first_calls import AgentViewSet
from tests.cast import Cast


def test_it_tells_its_paths_from_those_of_the_fleet() -> None:
    for route in documented:
        path = f"/{route.pattern}"
        for spelt in (path, path.upper(), path.removeprefix("/api"), f"{path}/x/y"):
            assert is_device_path(spelt)
    for route in fleet:
        assert not is_device_path(f"/{route.pattern}")
    assert not is_device_path("/api/no/such/path")


def test_it_refuses_an_unknown_path_in_its_shape(client: Client) -> None:
    response = client.get("/API/Agent/you/too")

    assert response.status_code == 404
    assert response.json() == {
        "ClassName": "NotFoundException",
        "Message": "There is nothing at this address.",
    }


@pytest.mark.django_db
def test_it_answers_a_bug_in_its_shape(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: AgentViewSet, row: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(AgentViewSet, "shown", fail)
    client = cast.client("owner")
    client.raise_request_exception = False

    response = client.get("/api/Agent/me")

    assert response.status_code == 500
    assert response.json() == {
        "ClassName": "ServerErrorException",
        "Message": "Something went wrong on our side.",
    }


@pytest.mark.django_db
def test_it_serves_its_document_and_its_page(client: Client) -> None:
    document = client.get("/api/schema/device", headers={"Accept": "application/json"})
    page = client.get("/api/docs/device")
    script = client.get("/api/docs/device", {"script": ""})

    assert document.json()["info"]["title"] == "Consist: device API"
    assert "/api/Agent/me" in document.json()["paths"]
    assert page.status_code == 200
    assert "/api/docs/device?script=" in page.content.decode()
    assert "/api/schema/device" in script.content.decode()
