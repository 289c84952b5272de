"""What is too much of an expression is refused before it is parsed, and at once."""

import string
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.api.odata.errors import Misread
from config.api.odata.parsing import parse
from config.api.odata.tokens import custom_name, scan

# Expression, position of what is too much (from 0), sentence.
LIMITS = {
    "characters": ("a" * 4_097, 4_096, "At most 4096 characters are taken."),
    "tokens": ("a or " * 501, 2_500, "At most 1000 words and signs are taken."),
    "tokens, crowded": ("(" * 4_096, 1_000, "At most 1000 words and signs are taken."),
    "depth": ("(" * 25 + "a" + ")" * 25, 24, "At most 24 levels are taken."),
    "negations": ("not " * 25 + "a", 96, "At most 24 levels are taken."),
    "both": ("not (" * 13 + "a" + ")" * 13, 60, "At most 24 levels are taken."),
    "functions": ("trim(" * 25 + "a" + ")" * 25, 124, "At most 24 levels are taken."),
    "items": (f"a in ({'1,' * 200}1)", 405, "At most 200 items are taken."),
    "text": (f"a eq '{'x' * 513}'", 5, "At most 512 characters of text are taken."),
    "number": (f"a eq {'1' * 41}", 5, "The number is too long."),
    "NUL": ("a eq '\0'", 6, "This character is not allowed."),
    "surrogate": ("a eq '\udc80'", 6, "This character is not allowed."),
}


@pytest.mark.parametrize("name", LIMITS)
def test_it_refuses_what_is_too_much(name: str) -> None:
    text, position, sentence = LIMITS[name]
    with pytest.raises(Misread) as caught:
        scan(text)
    assert (caught.value.sentence, caught.value.position) == (sentence, position)


@pytest.fixture(scope="module")
def dearest() -> float:
    """Return how long the largest expression that is allowed takes the processor."""
    return min(seconds_of("a or " * 499 + "a") for _ in range(5))


@pytest.mark.parametrize("name", LIMITS)
def test_it_refuses_faster_than_it_reads(name: str, dearest: float) -> None:
    text = LIMITS[name][0]
    assert min(seconds_of_refusing(text) for _ in range(5)) < dearest


@pytest.mark.parametrize(
    "text",
    [
        "1" * 4_000 + "x",
        "2026-01-01T00:00:00." + "1" * 4_000 + "x",
        "'" * 4_095,
        "fields/'" + "''" * 2_000,
        "a/" * 2_048,
        "-" * 4_096,
        "1e" * 2_000,
    ],
)
def test_it_takes_no_longer_over_what_nearly_matches(text: str, dearest: float) -> None:
    assert min(seconds_of_refusing(text) for _ in range(5)) < dearest


def seconds_of(text: str) -> float:
    """Return how long an expression takes the processor."""
    started = process_time()
    parse(text)
    return process_time() - started


def seconds_of_refusing(text: str) -> float:
    """Return how long the refusal of an expression takes the processor."""
    started = process_time()
    with pytest.raises(Misread):
        parse(text)
    return process_time() - started


def test_it_takes_as_much_as_is_allowed() -> None:
    # 1,000 tokens and 4,096 characters.
    text = "a or " * 499 + "a or"
    assert len(scan(text + " " * (4_096 - len(text)))) == 999 + 1
    parse("(" * 24 + "a" + ")" * 24)
    parse("not " * 24 + "a")
    parse(f"a in ({'1,' * 199}1)")
    parse(f"a in ({'1,' * 199}1) or b in ({'1,' * 199}1)")
    parse(f"a eq '{chr(39) * 2 * 512}'")
    # A depth is of what is open at once.
    parse(" and ".join(["not (not (a))"] * 50))


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("a eq 1", "PATH COMPARE NUMBER"),
        ("a  \t\r\n EQ(1)", "PATH COMPARE _OPEN NUMBER _CLOSE"),
        ("not(a)", "_NOT _OPEN PATH _CLOSE"),
        ("a in(1,2)", "PATH _IN _OPEN NUMBER _COMMA NUMBER _CLOSE"),
        ("contains (a,'b')", "FUNCTION _OPEN PATH _COMMA STRING _CLOSE"),
        # Words that only start like an operator are no operator.
        ("allocated nullable order inner", "PATH PATH PATH PATH"),
        ("android eq true or noted", "PATH COMPARE CONSTANT _OR PATH"),
        ("true/false", "PATH"),
        ("fields/a fields/'b c' Fields/1/value", "CUSTOM CUSTOM CUSTOM"),
        ("fieldset fields", "PATH PATH"),
        ("-1 1.5 1e3 -1.5E-3 5L 5m 5D 5f", " ".join(["NUMBER"] * 8)),
        ("2026-01-01 2026-01-01T00:00", "DATE DATETIME"),
        ("2026-01-01T00:00:00.123456789Z", "DATETIME"),
        ("2026-01-01t00:00:00+02:00", "DATETIME"),
        ("2026-01-01T00:00:00 02:00 and", "DATETIME _AND"),
        ("datetime'x' DateTimeOffset'y' date'z'", "TAGGED TAGGED TAGGED"),
        ("date datetime", "PATH PATH"),
        ("'a''b' ''", "STRING STRING"),
    ],
)
def test_it_tells_tokens_apart(text: str, types: str) -> None:
    assert " ".join(token.type for token in scan(text)) == types


@pytest.mark.parametrize(
    "text", ["5abc", "1-1", "1.2.3", "2026-01-01-01", "a=1", "a;b", "@a", "a.b", "a/"]
)
def test_it_takes_nothing_for_a_token_that_is_none(text: str) -> None:
    with pytest.raises(Misread, match="This is not understood"):
        scan(text)


@pytest.mark.parametrize(
    ("token", "name"),
    [
        ("fields/Power", "Power"),
        ("FIELDS/12/value", "12"),
        ("fields/'it''s'", "it's"),
        ("fields/'a/value'/VALUE", "a/value"),
        ("fields/''", ""),
    ],
)
def test_it_reads_the_name_of_a_custom_field(token: str, name: str) -> None:
    assert custom_name(token) == name
    assert [one.type for one in scan(token)] == ["CUSTOM"]


@given(st.text(st.sampled_from(string.printable + "äß''()/, "), max_size=200))
def test_it_accounts_for_every_character(text: str) -> None:
    try:
        tokens = scan(text)
    except Misread as error:
        tokens, text = scan(text[: error.position]), text[: error.position]
    position = 0
    for token in tokens:
        assert text[position : token.start_pos].strip(string.whitespace) == ""
        position = (token.start_pos or 0) + len(token)
        assert text[token.start_pos : position] == token
    assert text[position:].strip(string.whitespace) == ""
