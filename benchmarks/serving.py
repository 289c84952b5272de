"""gunicorn as an operator starts it, on the database that is measured."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from benchmarks.imports import address

HOST = "127.0.0.1"
PATIENCE = 30
TICKS = os.sysconf("SC_CLK_TCK")
# Where user and system time stand in /proc/PID/stat, after the name of the program.
USER_TIME, SYSTEM_TIME, PARENT = 11, 12, 1
MEBIBYTE = 1_048_576


@dataclass(frozen=True)
class Server:
    """The processes that answer, and how long the first answer took."""

    process: "subprocess.Popen[bytes]"
    port: int
    first_answer: float

    def processes(self) -> list[int]:
        """Return the ids of the arbiter and its workers."""
        found = [self.process.pid]
        for entry in Path("/proc").glob("[0-9]*"):
            words = _stat(int(entry.name))
            if words and int(words[PARENT]) == self.process.pid:
                found.append(int(entry.name))
        return found

    def cpu(self) -> float:
        """Return the seconds of CPU that all of them have had."""
        spent = [_stat(one) for one in self.processes()]
        ticks = [int(s[USER_TIME]) + int(s[SYSTEM_TIME]) for s in spent if s]
        return sum(ticks) / TICKS

    def megabytes(self) -> float:
        """Return the memory of the largest worker."""
        page = os.sysconf("SC_PAGE_SIZE")
        sizes = [
            int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1])
            for one in self.processes()[1:]
        ]
        return max(sizes) * page / MEBIBYTE


@contextmanager
def serve() -> Iterator[Server]:
    """Start a server, wait for its first answer, stop it at the end."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as media:
        words = ["-m", "gunicorn", "-c", "python:config.gunicorn"]
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, *words, "-b", f"{HOST}:{port}"],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DATABASE_URL": address(),
                "ALLOWED_HOSTS": HOST,
                "MEDIA_ROOT": media,
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(process, port)
            yield Server(process, port, time.perf_counter() - start)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        connection = HTTPConnection(HOST, port, timeout=PATIENCE)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except ConnectionError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise SystemExit("gunicorn did not answer.")


def _stat(process: int) -> list[str]:
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
