"""What the machines of both families share."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.cast import Cast
from tests.examples import IS_SAME, examples

T = TypeVar("T")

# What has failed is not made shorter: that would take many times as long.
PHASES = (Phase.explicit, Phase.generate)

# A row by its place among those there are, so that shrinking finds the first.
some = st.integers(0, 11)
# What people type: no control characters, no blanks at the ends.
names = st.text("aZ9åß漢🚃 '%_<\"\\", min_size=2, max_size=12).filter(
    lambda text: text == text.strip()
)


def chosen(rows: Sequence[T], number: int) -> T:
    """Return one of the rows."""
    return rows[number % len(rows)]


def run(machine: Callable[[Cast], RuleBasedStateMachine], cast: Cast) -> None:
    """Let the machine do what it can think of, as the people of the cast."""
    factory: Any = partial(machine, cast)
    run_state_machine_as_test(
        factory,
        settings=settings(
            max_examples=examples(2),
            stateful_step_count=15,
            deadline=None,
            derandomize=IS_SAME,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )


def body_of(answer: Any, status: int = 200) -> Any:
    """Return the body of an answer that must have this status."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    return answer.json() if answer.content else None
