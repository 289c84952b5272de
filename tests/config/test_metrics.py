"""What an operator's Prometheus reads, and nobody else."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

TOKEN = "a-token-that-only-prometheus-has"


@pytest.fixture(autouse=True)
def _with_a_token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def text(client: Client) -> str:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer ä{TOKEN}"]
)
def test_it_is_not_there_for_others(client: Client, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    assert client.get("/metrics", headers=headers).status_code == 404


def test_it_is_not_there_without_a_token(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    answer = client.get("/metrics", headers={"Authorization": "Bearer "})
    assert answer.status_code == 404


@pytest.mark.django_db
def test_it_counts_answers_by_route_and_their_queries(client: Client) -> None:
    client.get("/readyz")
    found = text(client)
    line = 'http_requests_total{method="GET",route="/readyz",status="200"}'
    assert line in found
    assert 'http_request_queries_count{route="/readyz"}' in found
    assert 'http_request_duration_seconds_sum{method="GET",route="/readyz"}' in found


def test_it_makes_no_series_of_what_strangers_type(client: Client) -> None:
    client.generic("BREW", "/api/nowhere/never-seen")
    found = text(client)
    assert "BREW" not in found
    assert "never-seen" not in found


def test_it_adds_up_what_several_processes_counted(tmp_path: Path) -> None:
    counting = (
        "from prometheus_client import Counter;"
        "Counter('http_requests', 'Answers.').inc(2)"
    )
    asking = (
        "from config.metrics import _counts;"
        "from prometheus_client import generate_latest;"
        "import sys; sys.stdout.write(generate_latest(_counts()).decode())"
    )
    environment = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", counting], env=environment, check=True)  # noqa: S603
    told = subprocess.run(  # noqa: S603 - our own process
        [sys.executable, "-c", asking],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "http_requests_total 4.0" in told.stdout
