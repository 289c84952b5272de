"""What clients of the device API ask before anything else."""

import pytest
from rest_framework.test import APIClient

from config.api.snowflake import serial_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_it_tells_where_tokens_are_given_out() -> None:
    for path in ("/api/authinfo", "/AuthInfo", "/API/AUTHINFO/"):
        response = APIClient().get(path, headers={"Authorization": "Bearer wrong"})

        assert response.status_code == 200
        assert response.json() == {
            "auth_url": "http://testserver/auth",
            "tenant_id": "",
        }


def test_it_lists_the_words_of_a_lookup(cast: Cast) -> None:
    client = cast.client("outsider")

    words = client.get("/api/Lookup?lookupid=11").json()

    assert words[0] == {"id": 1, "name": "Weekly"}
    assert client.get("/api/lookup").json() == words
    assert client.get("/api/lookup?lookupid=12").json() == []
    wrong = client.get("/api/lookup?lookupid=x")
    assert wrong.status_code == 400
    assert wrong.json() == {"lookupid": ["The value 'x' is not valid."]}


def test_it_shows_the_caller(cast: Cast) -> None:
    response = cast.client("owner").get("/api/agent/ME")

    assert response.status_code == 200
    assert response.json() == {
        "id": serial_of(cast.owner.pk),
        "name": "Aino Salo",
        "username": "owner",
        "email": "owner@example.org",
        "firstname": "Aino",
        "surname": "Salo",
        "phonenumber": "",
        "jobtitle": "",
        "isdisabled": False,
    }


def test_it_asks_who_wants_to_know(cast: Cast) -> None:
    for path in ("/api/lookup", "/api/Agent/me"):
        response = cast.client("anonymous").get(path)

        assert response.status_code == 401
        assert response.json()["ClassName"] == "NotAuthenticatedException"
