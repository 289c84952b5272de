"""How a query option is refused."""

from config.api.errors import Refusal


class Misread(Exception):
    """What is wrong with an expression, and at which character of it.

    Positions count from 0 here and from 1 in sentences.
    """

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.sentence, self.position = sentence, position

    def refusal(self, option: str) -> Refusal:
        """Name the option and the place."""
        return refuse(option, f"{self.sentence} (at character {self.position + 1})")


def refuse(option: str, sentence: str) -> Refusal:
    """Refuse a query option for what is wrong with its value."""
    return Refusal("odata_error", f"{option}: {sentence}", errors={option: [sentence]})
