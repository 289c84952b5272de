"""Text means the same to both databases, in every script."""

import sys
import unicodedata
from typing import Any

import pytest
from django.db.models import TextField, Value
from django.db.models.functions import Length, StrIndex, Trim
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.api.odata.expressions import UnicodeLower, UnicodeUpper
from organisations.models import Organisation
from tests.cast import Cast
from tests.examples import examples

WRITTEN = [
    chr(code)
    for code in range(1, sys.maxunicode)
    if unicodedata.category(chr(code)) not in {"Cn", "Cs", "Co", "Cc"}
]
# Around Greek sigma, lower case depends on the letters beside it.
TEXTS = st.text(st.sampled_from("ΑΣσςäÄß İ\u0131Ii.'\u0301ǅ𐐀ﬁ"), max_size=12)


def ask(cast: Cast, function: Any, text: str) -> object:
    """Return what the database makes of a text."""
    value = function(Value(text, output_field=TextField()))
    found = Organisation.objects.filter(pk=cast.organisation.pk)
    return found.annotate(answer=value).values_list("answer", flat=True).get()


@pytest.mark.parametrize(
    ("function", "python"), [(UnicodeLower, str.lower), (UnicodeUpper, str.upper)]
)
def test_it_maps_every_letter_as_python_does(
    cast: Cast, function: Any, python: Any
) -> None:
    changed = [one for one in WRITTEN if python(one) != one]
    assert len(changed) > 1_300
    answer = ask(cast, function, " ".join(changed))
    assert str(answer).split(" ") == [python(one) for one in changed]


def test_it_leaves_every_other_character_alone(cast: Cast) -> None:
    same = "".join(one for one in WRITTEN if one.lower() == one.upper() == one)
    assert ask(cast, UnicodeLower, same) == same
    assert ask(cast, UnicodeUpper, same) == same


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=examples(15),
)
@given(text=TEXTS)
def test_it_knows_what_depends_on_the_neighbours(cast: Cast, text: str) -> None:
    assert ask(cast, UnicodeLower, text) == text.lower()
    assert ask(cast, UnicodeUpper, text) == text.upper()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=examples(15),
)
@given(text=TEXTS, needle=TEXTS.filter(bool))
def test_it_counts_code_points(cast: Cast, text: str, needle: str) -> None:
    padded = f"  {text} "
    assert ask(cast, Length, padded) == len(padded)
    assert ask(cast, Trim, padded) == padded.strip(" ")
    found = ask(cast, lambda value: StrIndex(value, Value(needle)), text)
    assert found == text.find(needle) + 1
