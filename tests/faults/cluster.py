"""A PostgreSQL server of the tests' own, because it is going to be killed."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

SECONDS = 60


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def find_binaries() -> Path:
    """Return the folder of PostgreSQL's programs; skip where there is none."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not installed:
        pytest.skip("needs the programs of a PostgreSQL server")
    return installed[-1].parent


class Cluster:
    """A server that writes to disk as a real one does; it does not run as root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.binaries = find_binaries()
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(folder, self.user)
        data = str(folder / "data")
        self._run("initdb", "--pgdata", data, "--auth", "trust", "--encoding", "UTF8")
        self.start()
        options = ["--host", "127.0.0.1", "--port", str(self.port)]
        self._run("createdb", *options, "consist")

    @property
    def url(self) -> str:
        """Return the address of the database."""
        user = self.user or Path.home().name
        return f"postgres://{user}@127.0.0.1:{self.port}/consist"

    def start(self) -> None:
        """Start the server; after a kill, once its last children have gone."""
        words = ["--pgdata", str(self.folder / "data"), "--wait"]
        settings = f"-p {self.port} -k {self.folder}"
        words += ["--log", str(self.folder / "log"), "--options", settings]
        until = time.monotonic() + SECONDS
        while True:
            try:
                self._run("pg_ctl", *words, "start")
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def kill(self) -> None:
        """Kill the server at once, as a power cut would."""
        lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        os.kill(int(lines[0]), signal.SIGKILL)

    def stop(self) -> None:
        """Stop the server, whatever its state."""
        with contextlib.suppress(subprocess.CalledProcessError):
            data = str(self.folder / "data")
            self._run("pg_ctl", "--pgdata", data, "--mode", "immediate", "stop")

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            [self.binaries / program, *words],
            check=True,
            cwd=self.folder,
            user=self.user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
