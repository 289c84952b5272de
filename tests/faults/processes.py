"""The web processes and the worker, started as an operator starts them."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from cryptography.fernet import Fernet
from django.conf import settings

from tests.faults.cluster import free_port

SECONDS = 60
UNLIMITED = resource.RLIM_INFINITY


def wait_until(is_so: Callable[[], bool], seconds: float = SECONDS) -> float:
    """Wait, and return how many seconds it took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() < began + seconds, is_so
        time.sleep(0.05)
    return time.monotonic() - began


class Installation:
    """An installation on a database of its own; what it says goes to a file."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.media = folder / "media"
        self.address = f"http://127.0.0.1:{free_port()}"
        self.log = (folder / "log").open("wb")
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database,
            "SECRET_KEY": "a key of more than fifty characters, of these tests only",
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "MEDIA_ROOT": str(self.media),
            "HTTPS": "false",
            "THROTTLE_USER": "off",
            "THROTTLE_ANON": "off",
        }
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> str:
        """Run a program of Python to its end, and return what it said."""
        said = subprocess.run(  # noqa: S603 - our own programs
            [sys.executable, *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        return said.stdout

    def serve(self) -> None:
        """Start gunicorn."""
        bind = self.address.removeprefix("http://")
        words = ["-m", "gunicorn", "-c", "python:config.gunicorn", "-b", bind]
        self.web = self._start(*words)
        wait_until(lambda: self.status("/readyz") == 200)

    def work(self) -> None:
        """Start the worker, always under the same name."""
        self.worker = self._start("manage.py", "run_worker", "--name", "worker")

    def stop(self) -> None:
        """Stop all that runs."""
        for process in (self.web, self.worker):
            if process is not None:
                process.kill() if process is self.worker else process.terminate()
                process.wait()
        self.log.close()

    def web_processes(self) -> list[int]:
        """Return the processes that answer."""
        assert self.web is not None
        pid = self.web.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in children.split()]

    def kill_web_process(self) -> None:
        """Kill what answers; gunicorn starts another."""
        for pid in self.web_processes():
            os.kill(pid, signal.SIGKILL)

    def limit_files(self, length: int) -> None:
        """Let no file of the web process grow longer, as a full disk would not."""
        for pid in self.web_processes():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (length, UNLIMITED))

    def status(self, path: str) -> int:
        """Return what a request is answered; 0 for silence."""
        try:
            with urlopen(f"{self.address}{path}", timeout=10) as answer:  # noqa: S310
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except (URLError, OSError):
            return 0

    def send(
        self, path: str, body: bytes, headers: dict[str, str], method: str = "POST"
    ) -> tuple[int, bytes, dict[str, str]]:
        """Send a request; return status, body and headers, status 0 for silence."""
        request = Request(  # noqa: S310 - our own server
            f"{self.address}{path}", data=body or None, headers=headers, method=method
        )
        try:
            with urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
                return answer.status, answer.read(), dict(answer.headers)
        except HTTPError as error:
            return error.code, error.read(), dict(error.headers)
        except (URLError, OSError):
            return 0, b"", {}

    def _start(self, *words: str) -> "subprocess.Popen[Any]":
        return subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )
