"""How many statements a request sends to the database."""

from collections.abc import Callable
from typing import Any


class Counting:
    """Counts what passes through it on its way to the database.

    Given to `connection.execute_wrapper`, for as long as a request is answered.
    """

    def __init__(self) -> None:
        self.queries = 0

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        parameters: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        """Count the statement, and send it."""
        self.queries += 1
        return execute(sql, parameters, many, context)
