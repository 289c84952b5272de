"""Log lines as JSON, one object a line."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from config.api.context import request_id


class JsonFormatter(logging.Formatter):
    """Prints a record, its `fields` and the id of the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line without line breaks."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "logger": record.name,
            # A lone surrogate, of a name that somebody sent, is no UTF-8.
            "message": record.getMessage().encode(errors="replace").decode(),
        }
        if identifier := request_id.get():
            line["request_id"] = identifier
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z).decode()


def json_lines(level: str, loggers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of a process that logs such lines to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": dict(loggers),
    }
