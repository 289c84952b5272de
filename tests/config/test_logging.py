import json
import logging
import sys

from config.api.context import request_id
from config.logging import JsonFormatter


def record(message: str, *arguments: object) -> logging.LogRecord:
    """Make a record as a logger would."""
    return logging.LogRecord(
        "assets", logging.WARNING, __file__, 1, message, arguments, None
    )


def test_it_prints_one_object_a_line() -> None:
    line = JsonFormatter().format(record("name\n%s", "Ä\x00\ud800"))

    assert "\n" not in line
    printed = json.loads(line)
    assert printed.pop("time").endswith("Z")
    assert printed == {
        "level": "WARNING",
        "logger": "assets",
        "message": "name\nÄ\x00\ud800".encode(errors="replace").decode(),
    }


def test_it_prints_the_fields_and_the_request() -> None:
    entry = record("request")
    entry.fields = {"status": 200, "kind": logging}
    context = request_id.set("train-1")

    printed = json.loads(JsonFormatter().format(entry))
    request_id.reset(context)

    assert printed["request_id"] == "train-1"
    assert printed["status"] == 200
    assert printed["kind"].startswith("<module")


def test_it_prints_the_traceback_of_a_bug() -> None:
    entry = record("failed")
    try:
        raise KeyError("number")
    except KeyError:
        entry.exc_info = sys.exc_info()

    assert (
        "KeyError: 'number'" in json.loads(JsonFormatter().format(entry))["exception"]
    )
