"""One installation for all faults, and what recovering took, told at the end."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

from tests.faults.cluster import Cluster
from tests.faults.processes import Installation
from tests.faults.stage import PROGRAM

TOLD = pytest.StashKey[list[str]]()
Tell = Callable[[str], None]


@pytest.fixture(scope="session")
def tell(pytestconfig: pytest.Config) -> Tell:
    """Say something at the end of the run."""
    return pytestconfig.stash.setdefault(TOLD, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print how long recovering took."""
    for line in config.stash.get(TOLD, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def folder() -> Path:
    """Return a folder that the database's own user may enter."""
    folder = Path(mkdtemp(prefix="consist-faults-"))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def cluster(folder: Path) -> Iterator[Cluster]:
    """Run a database server."""
    (folder / "postgresql").mkdir()
    cluster = Cluster(folder / "postgresql")
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def installation(folder: Path, cluster: Cluster) -> Iterator[Installation]:
    """Serve an installation."""
    installation = Installation(folder, cluster.url)
    installation.run("manage.py", "migrate", "--verbosity", "0")
    installation.serve()
    yield installation
    installation.stop()


@pytest.fixture(scope="session")
def stage(installation: Installation) -> dict[str, str]:
    """Make who sends requests, and what about."""
    installation.environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    said: dict[str, str] = json.loads(installation.run("-c", PROGRAM))
    return said


@pytest.fixture
def database(
    cluster: Cluster, installation: Installation
) -> Iterator[psycopg.Connection]:
    """Look at what was written, past the project."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        yield connection
