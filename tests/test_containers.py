"""That the image holds all of the project, and its services what they need."""

import re
from typing import Any

import yaml
from django.conf import settings

from config.env import Environment

FOLDER = settings.BASE_DIR
RUNS = {"config", "organisations", "assets", "licensing", "devices", "templates"}
NOT_OURS = {"POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB"}


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return found["services"]  # type: ignore[no-any-return]


def test_it_copies_all_that_runs() -> None:
    dockerfile = (FOLDER / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY (\w+) \1$", dockerfile, re.MULTILINE))
    let_in = (FOLDER / ".dockerignore").read_text()
    assert copied == RUNS
    assert {line[1:] for line in let_in.splitlines() if line[0] == "!"} == RUNS | {
        "requirements.txt",
        "manage.py",
        "pyproject.toml",
    }


def test_it_holds_the_python_that_the_project_asks_for() -> None:
    dockerfile = (FOLDER / "Dockerfile").read_text()
    versions = set(re.findall(r"^FROM python:(\S+)", dockerfile, re.MULTILINE))
    assert versions == {"3.11-slim"}


def test_it_does_not_run_as_root() -> None:
    dockerfile = (FOLDER / "Dockerfile").read_text()
    assert re.search(r"^USER consist$", dockerfile, re.MULTILINE)
    assert "HEALTHCHECK" in dockerfile


def test_it_starts_what_the_project_needs() -> None:
    assert set(services()) == {"migrate", "web", "worker", "database", "cache"}


def test_it_sets_only_variables_that_are_read() -> None:
    known = {name.upper() for name in Environment.__annotations__}
    known = known - {"DATABASE", "CACHE"} | {"DATABASE_URL", "CACHE_URL"}
    for service in services().values():
        assert set(service.get("environment", {})) <= known | NOT_OURS


def test_it_keeps_what_must_survive() -> None:
    register = ("migrate", "web", "worker")
    assert all(services()[one]["volumes"] == ["media:/srv/media"] for one in register)
    assert services()["database"]["volumes"] == ["database:/var/lib/postgresql/data"]
    assert services()["web"]["read_only"] is True
