"""What the current request is called, for log lines and history rows."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
