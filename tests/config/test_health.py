from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client, override_settings

from config.health import require_migrations


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    require_migrations.cache_clear()


def test_it_answers_without_a_database(client: Client) -> None:
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_it_is_ready_when_the_database_is_migrated(client: Client) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_not_ready_when_a_migration_is_missing(client: Client) -> None:
    with patch.object(MigrationExecutor, "migration_plan", return_value=["one"]):
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "unavailable"}


@pytest.mark.django_db
def test_it_says_nothing_of_a_database_that_is_away(client: Client) -> None:
    failure = OperationalError("password authentication failed for user consist")
    with patch.object(connection, "ensure_connection", side_effect=failure):
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"status": "unavailable"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_only_reads(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@override_settings(SECURE_SSL_REDIRECT=True)
def test_it_answers_a_supervisor_that_speaks_no_https(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/api/assets").status_code == 301
