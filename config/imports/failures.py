"""What stops an import before any row is looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file or with what was asked of it.

    `code` is for machines, `message` a sentence that says what to do about it,
    `column` the header at fault and `line` the line of the file, where there is one.
    """

    code: str
    message: str
    column: str = ""
    line: int | None = None


class ImportFailure(Exception):
    """The file as a whole cannot be loaded."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


class TakenElsewhere(ImportFailure):
    """Another process has the import, or had it: nothing of it is ours to write."""


def failure(
    code: str, message: str, *, column: str = "", line: int | None = None
) -> ImportFailure:
    """Make the failure that has a single problem."""
    return ImportFailure(Problem(code, message, column, line))
