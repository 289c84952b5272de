"""Sending files with logs, and receiving them again."""

from typing import Any

from django.core.files.storage import default_storage
from rest_framework.test import APIClient


def post(client: APIClient, path: str, **body: Any) -> Any:
    """Send a form with a file."""
    return client.post(path, {"log": "x", **body}, format="multipart")


def address(made: dict[str, Any]) -> str:
    """Return where the file of a log is."""
    file_hash = made["attachment"]["file_hash"]
    return f"/api/assetlogs/{made['id']}/attachments/{file_hash}"


def received(response: Any) -> bytes:
    """Return the bytes of an answer that is sent in pieces; its end closes the file."""
    return b"".join(response.streaming_content)


def stored() -> list[str]:
    """Return the paths of all files in the storage."""
    found, folders = [], [""]
    while folders:
        folder = folders.pop()
        inside, files = default_storage.listdir(folder)
        folders += [f"{folder}{name}/" for name in inside]
        found += [f"{folder}{name}" for name in files]
    return sorted(found)
