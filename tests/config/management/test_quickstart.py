"""A newcomer's first minutes: one command, then the back office and the API."""

import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.env import write_dotenv

LEFT_OUT = shutil.ignore_patterns(
    ".*", "db.sqlite3*", "media", "staticfiles", "tests", "benchmarks", "__pycache__"
)
TABLES = ("organisations_user", "organisations_organisation", "assets_assetgroup")
SECONDS_TO_START = 60
UPLOADED = "Name,Type\r\nMy trolley,Trolley\r\n"


def manage(
    project: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a copy of the project, without our own environment."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def count_rows(project: Path) -> list[int]:
    with closing(sqlite3.connect(project / "db.sqlite3")) as database:
        return [
            database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - constants
            for table in TABLES
        ]


def find(label: str, output: str) -> str:
    found = re.search(rf"^  {label} +(\S+)$", output, re.MULTILINE)
    assert found is not None, output
    return found[1]


@dataclass(frozen=True)
class FirstRun:
    """A copy of the project, and what quickstart said and left there."""

    project: Path
    output: str
    rows: list[int]
    dotenv: bytes


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    project = tmp_path_factory.mktemp("clone") / "project"
    shutil.copytree(settings.BASE_DIR, project, ignore=LEFT_OUT)
    done = manage(project, "quickstart", "--no-serve")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    dotenv = (project / ".env").read_bytes()
    return FirstRun(project, done.stdout, count_rows(project), dotenv)


@dataclass(frozen=True)
class Site:
    """The project, served."""

    address: str
    opener: OpenerDirector

    def get(self, path: str) -> str:
        """Return a page; an answer that is no success raises."""
        with self.opener.open(f"{self.address}{path}") as answer:
            return str(answer.read().decode())

    def post(self, path: str, form: dict[str, str]) -> str:
        """Send a form, and return the page it leads to."""
        data = urlencode(form).encode()
        with self.opener.open(f"{self.address}{path}", data) as answer:
            return str(answer.read().decode())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(site: Site, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            site.get("/readyz")
        except URLError:
            assert process.poll() is None, "The server ended."
            assert time.monotonic() < deadline, "The server does not answer."
            time.sleep(0.2)
        else:
            return


def wait_for_the_end_of_workers(project: Path) -> None:
    """Fail when a process that was started beside the server outlives it."""
    deadline = time.monotonic() + SECONDS_TO_START
    while processes_in(project):
        assert time.monotonic() < deadline, "The worker did not stop."
        time.sleep(0.1)


def processes_in(folder: Path) -> list[Path]:
    """Return the processes that work in a folder, where the system tells."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if process.readlink() == folder:
                found.append(process)
    return found


@dataclass(frozen=True)
class SecondRun:
    """What quickstart said when it ran again, and where it serves."""

    address: str
    log: Path


@pytest.fixture(scope="module")
def second(first: FirstRun) -> Iterator[SecondRun]:
    port, log = free_port(), first.project / "server.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "manage.py", "quickstart", "--port", str(port)],
            cwd=first.project,
            env={},
            stdout=stream,
            stderr=stream,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(Site(address, build_opener()), process)
            yield SecondRun(address, log)
        finally:
            process.terminate()
            process.wait(timeout=SECONDS_TO_START)
            wait_for_the_end_of_workers(first.project)


@pytest.fixture
def office(first: FirstRun, second: SecondRun) -> Site:
    """Log into the back office with the printed password."""
    site = Site(second.address, build_opener(HTTPCookieProcessor(CookieJar())))
    page = site.get("/admin/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    form = {
        "csrfmiddlewaretoken": token[1],
        "username": find("User name", first.output),
        "password": find("Password", first.output),
        "next": "/admin/",
    }
    assert 'id="logout-form"' in site.post("/admin/login/?next=/admin/", form)
    return site


@pytest.fixture
def api(first: FirstRun, second: SecondRun) -> Site:
    """Carry the printed token."""
    opener = build_opener()
    opener.addheaders = [("Authorization", f"Bearer {find('Token', first.output)}")]
    return Site(second.address, opener)


def read_assets(first: FirstRun, api: Site, query: str) -> list[dict[str, Any]]:
    path = find("API", first.output).partition(":8000")[2]
    found: list[dict[str, Any]] = json.loads(api.get(f"{path}?{query}"))
    return found


def test_it_writes_private_settings_of_its_own(first: FirstRun) -> None:
    dotenv = first.project / ".env"
    names = re.findall(r"^(\w+)=\S+$", dotenv.read_text(), re.MULTILINE)
    assert names == ["SECRET_KEY", "ENCRYPTION_KEYS", "ALLOWED_HOSTS", "HTTPS"]
    assert dotenv.stat().st_mode & 0o777 == 0o600
    assert not (first.project / ".secret_key").exists()


def test_it_tells_how_to_go_on(first: FirstRun) -> None:
    token, address = find("Token", first.output), find("API", first.output)
    assert f"curl -H 'Authorization: Bearer {token}' {address}" in first.output
    assert "import_data FILE --organisation" in first.output
    assert find("Back office", first.output) == "http://127.0.0.1:8000/admin/"
    assert find("API docs", first.output) == "http://127.0.0.1:8000/api/docs"


def test_it_does_nothing_twice(first: FirstRun, second: SecondRun) -> None:
    said = second.log.read_text()
    assert count_rows(first.project) == first.rows
    assert (first.project / ".env").read_bytes() == first.dotenv
    assert "Loading the demo" not in said
    for secret in ("Password", "Token"):
        assert find(secret, first.output) not in said
    assert "manage.py changepassword admin" in said
    assert "manage.py create_token admin" in said


def test_it_shows_the_demo_in_the_back_office(office: Site) -> None:
    assert "Kuovi" in office.get("/admin/assets/asset/?q=Kuovi")


def test_it_shows_the_demo_through_the_api(first: FirstRun, api: Site) -> None:
    (asset,) = read_assets(first, api, "name=Kuovi")
    assert asset["type"]["name"] == "Diesel shunter"
    assert asset["status"]["name"] == "In service"
    assert asset["location"]["name"] == "Pohjaranta"


def test_it_shows_a_file_of_ones_own_in_both(
    first: FirstRun, office: Site, api: Site
) -> None:
    file = first.project / "mine.csv"
    file.write_text("Name,Type,Status\nMy draisine,Draisine,In service\n")

    loaded = manage(
        first.project,
        *("import_data", str(file), "--organisation", "Halmevik Railway"),
        *("--create-missing", "all"),
    )

    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    (asset,) = read_assets(first, api, "name=my+dra")
    assert asset["type"]["name"] == "Draisine"
    assert "My draisine" in office.get("/admin/assets/asset/?q=My+draisine")


def test_it_loads_an_uploaded_file_beside_the_server(
    first: FirstRun, api: Site
) -> None:
    path = find("API", first.output).partition(":8000")[2]
    parts = {"create_missing": "all", 'file"; filename="yard.csv': UPLOADED}
    body = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in parts.items()
    )
    address = f"{api.address}{path.removesuffix('/assets')}/imports"
    header = {"Content-Type": "multipart/form-data; boundary=x"}
    asked = Request(address, f"{body}--x--\r\n".encode(), header)  # noqa: S310 - our own server
    with api.opener.open(asked) as answer:
        assert answer.status == HTTPStatus.ACCEPTED
        place = answer.headers["Location"]

    deadline = time.monotonic() + SECONDS_TO_START
    while (told := json.loads(api.get(place)))["state"] in {"waiting", "running"}:
        assert time.monotonic() < deadline, "No worker loads the file."
        time.sleep(0.2)

    assert (told["state"], told["created"]) == ("done", 1)
    (asset,) = read_assets(first, api, "name=My+trolley")
    assert asset["type"]["name"] == "Trolley"


def test_it_serves_the_docs_without_the_network(second: SecondRun) -> None:
    site = Site(second.address, build_opener())
    page = site.get("/api/docs")
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
    (script,) = re.findall(r'src="(/static/\S+bundle\S*\.js)"', page)
    assert "SwaggerUIBundle" in site.get(script)


def test_it_refuses_a_port_in_use() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"^Port {port} cannot be used"):
            call_command("quickstart", "--port", str(port))


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "٣"])
def test_it_refuses_what_is_no_port(port: str) -> None:
    with pytest.raises(CommandError, match="a port is a number from 1 to 65535"):
        call_command("quickstart", f"--port={port}")


@pytest.mark.parametrize(
    ("name", "value"),
    [("SECURE_SSL_REDIRECT", True), ("ALLOWED_HOSTS", ["register.example"])],
)
def test_it_refuses_to_serve_where_nobody_could_look(
    settings: Settings, name: str, value: object
) -> None:
    setattr(settings, name, value)
    with pytest.raises(CommandError, match=r"^quickstart serves plain HTTP on"):
        call_command("quickstart", "--port", str(free_port()))


def test_it_refuses_a_database_that_is_none(first: FirstRun, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("This is no database. " * 100)
    done = manage(
        first.project, "quickstart", "--no-serve", DATABASE_URL=f"sqlite:///{file}"
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"CommandError: The database {file} cannot be prepared:"
        " file is not a database.\n"
    )


def test_it_writes_settings_once(tmp_path: Path) -> None:
    assert write_dotenv(tmp_path) is True
    before = (tmp_path / ".env").read_bytes()
    assert write_dotenv(tmp_path) is False
    assert (tmp_path / ".env").read_bytes() == before


def test_it_says_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"\.env cannot be written: "):
        write_dotenv(tmp_path / "absent")
