"""From the text of `$filter` to its syntax tree. Knows neither DRF nor any model."""

from collections.abc import Iterator
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.lexer import Lexer

from config.api.odata import literals
from config.api.odata.errors import Misread
from config.api.odata.syntax import (
    Both,
    Call,
    Comparison,
    Condition,
    CustomPath,
    Either,
    Literal,
    Membership,
    Not,
    Operand,
    Path,
    Truth,
)
from config.api.odata.tokens import custom_name, scan


def _position(token: Token) -> int:
    return token.start_pos or 0


@v_args(inline=True)
class Tree(Transformer[Token, Condition]):
    """Makes the nodes while the parser reduces, so that nothing recurses."""

    def either(self, *conditions: Condition) -> Condition:
        """Join alternatives."""
        return Either(conditions)

    def both(self, *conditions: Condition) -> Condition:
        """Join what must all hold."""
        return Both(conditions)

    def negation(self, condition: Condition) -> Condition:
        """Take the opposite."""
        return Not(condition)

    def comparison(self, left: Operand, operator: Token, right: Operand) -> Condition:
        """Compare two values."""
        return Comparison(operator.lower(), left, right)

    def membership(self, operand: Operand, *items: Literal) -> Condition:
        """Look a value up in a list."""
        return Membership(operand, items)

    def truth(self, operand: Operand) -> Condition:
        """Take a value for a condition."""
        return Truth(operand)

    def path(self, token: Token) -> Operand:
        """Name a property."""
        return Path(str(token), _position(token))

    def custom(self, token: Token) -> Operand:
        """Name a custom field, by its id or its name, quoted or not."""
        return CustomPath(custom_name(token), _position(token))

    def call(self, name: Token, *arguments: Operand) -> Operand:
        """Call a function."""
        return Call(name.lower(), arguments, _position(name))

    def string(self, token: Token) -> Literal:
        """Read a text."""
        return Literal(literals.read_string(token), _position(token))

    def number(self, token: Token) -> Literal:
        """Read a number."""
        position = _position(token)
        return Literal(literals.read_number(token, position), position)

    def date(self, token: Token) -> Literal:
        """Read a date."""
        position = _position(token)
        return Literal(literals.read_date(token, position), position)

    def moment(self, token: Token) -> Literal:
        """Read a moment."""
        position = _position(token)
        return Literal(literals.read_moment(token, position), position)

    def tagged(self, token: Token) -> Literal:
        """Read a date or a moment with its type before it."""
        position = _position(token)
        return Literal(literals.read_tagged(token, position), position)

    def constant(self, token: Token) -> Literal:
        """Read true, false or null."""
        return Literal(literals.read_constant(token), _position(token))


class Scanned(Lexer):
    """Hands the parser the tokens that have been cut and counted before."""

    def __init__(self, configuration: Any) -> None:
        """Take lark's settings, of which none matters here."""

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        """Return the tokens."""
        return iter(lexer_state)


PARSER = Lark.open(
    "filter.lark",
    rel_to=__file__,
    start="either",
    parser="lalr",
    lexer=Scanned,
    transformer=Tree(),
)


def parse(text: str) -> Condition:
    """Return the tree of an expression, or raise Misread."""
    tokens: Any = scan(text)
    try:
        condition: Any = PARSER.parse(tokens)
    except UnexpectedInput as error:
        token = getattr(error, "token", None)
        if token is None or token.type == "$END":
            raise Misread("The expression ends too early.", len(text)) from None
        raise Misread("This is not expected here.", _position(token)) from None
    return condition  # type: ignore[no-any-return]
