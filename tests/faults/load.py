"""Programs that go on sending, and repeat what was not answered."""

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from tests.faults.processes import Installation

CREATED = 201
# A key whose request died is free again after a minute.
SECONDS = 150
RETRIED = {0, 409, 500, 502, 503}


@dataclass
class Load:
    """Several programs that create assets, each under an idempotency key of its own."""

    installation: Installation
    stage: dict[str, str]
    made: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[int, bytes]] = field(default_factory=list)
    repeated: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, programs: int) -> None:
        """Let the programs begin."""
        self.threads = [
            threading.Thread(target=self._run, args=(number,))
            for number in range(programs)
        ]
        for thread in self.threads:
            thread.start()

    def finish(self) -> None:
        """Let each program bring its last request home."""
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def _run(self, program: int) -> None:
        count = 0
        while not self.is_over.is_set():
            self._create(f"Wagon-{program}-{count}")
            count += 1

    def _create(self, name: str) -> None:
        """Send the same until it is answered."""
        until = time.monotonic() + SECONDS
        path = f"/api/organisations/{self.stage['organisation']}/assets"
        body = json.dumps({"name": name, "type_id": self.stage["type"]}).encode()
        headers = {
            **headers_of(self.stage),
            "Idempotency-Key": f"made-{name}".replace(" ", "-"),
        }
        while time.monotonic() < until:
            status, answer, _ = self.installation.send(path, body, headers)
            if status == CREATED:
                self.made[name] = str(json.loads(answer)["id"])
                return
            if status not in RETRIED:
                break
            self.repeated += 1
            time.sleep(0.2)
        self.refused.append((status, answer))


def headers_of(stage: dict[str, str]) -> dict[str, str]:
    """Return the headers of a request with a JSON body."""
    return {
        "Authorization": f"Bearer {stage['token']}",
        "Content-Type": "application/json",
    }


def form(fields: dict[str, str], key: str, content: bytes) -> tuple[bytes, str]:
    """Return a form with a file under the key as a body, and its content type."""
    boundary = "a-line-that-is-in-no-file"
    lines: list[Any] = []
    for one, value in fields.items():
        lines += [f"--{boundary}", f'Content-Disposition: form-data; name="{one}"']
        lines += ["", value]
    lines += [
        f"--{boundary}",
        f'Content-Disposition: form-data; name="{key}"; filename="a.csv"',
        "Content-Type: application/octet-stream",
        "",
    ]
    head = "\r\n".join(lines).encode() + b"\r\n"
    tail = f"\r\n--{boundary}--\r\n".encode()
    return head + content + tail, f"multipart/form-data; boundary={boundary}"
