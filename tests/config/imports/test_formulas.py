"""What a spreadsheet would calculate goes out as text and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.imports.formulas import guarded, restored

TEXTS = st.text(st.sampled_from("=+-@'\t\r\n 1.a")) | st.text()


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+47 22 33", "-1+cmd", "@SUM(A1)", "\t=1", "\r1", " =1", "-"),
        *("'=1", "''=1", "+471122", "-1e5"),
    ],
)
def test_it_guards_what_a_spreadsheet_would_calculate(text: str) -> None:
    assert guarded(text) == "'" + text
    assert restored("'" + text) == text


@pytest.mark.parametrize(
    "text", ["", "'", "'s-Hertogenbosch", "-12.5", "-7", "007", "a=b", "'-7", " 7"]
)
def test_it_leaves_any_other_text_alone(text: str) -> None:
    assert guarded(text) == text
    assert restored(text) == text


@given(text=TEXTS)
def test_it_gives_back_whatever_it_was_given(text: str) -> None:
    assert restored(guarded(text)) == text
    assert guarded(text) in {text, "'" + text}
