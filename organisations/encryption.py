"""Secrets at rest: encrypted with the first key, decrypted with any (design.md 4)."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from config.api.errors import Refusal

UNAVAILABLE = "encryption_unavailable"


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """Return what encrypts; raise `encryption_unavailable` where there is no key."""
    keys = tuple(settings.ENCRYPTION_KEYS)
    if not keys:
        sentence = "The register has no key to keep secrets with (ENCRYPTION_KEYS)."
        raise Refusal(UNAVAILABLE, sentence)
    return _cipher(keys)


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that nothing shows: only `reveal` returns it, and what asks records it."""

    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """Encrypt a text; an empty one is no secret."""
        return cls(cipher().encrypt(text.encode()).decode() if text else "")

    def reveal(self) -> str:
        """Decrypt the text; raise `encryption_unavailable` when its key is gone."""
        if not self.token:
            return ""
        try:
            return cipher().decrypt(self.token.encode()).decode()
        except InvalidToken as error:
            sentence = "The key that the secret was kept with is gone."
            raise Refusal(UNAVAILABLE, sentence) from error

    def rotated(self) -> Self:
        """Return the same secret, encrypted with the first key."""
        if not self.token:
            return self
        return type(self)(cipher().rotate(self.token.encode()).decode())

    def __bool__(self) -> bool:
        return bool(self.token)

    def __str__(self) -> str:
        return "•••" if self.token else ""


class SecretField(models.TextField[Any, Any]):
    """A column of ciphertext, in Python a `Secret`; never editable, never recorded."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"blank": True, "editable": False}
        kwargs.setdefault("default", Secret)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Secret:
        """Wrap the ciphertext as it is read."""
        return Secret(value or "")

    def to_python(self, value: Any) -> Secret:
        """Take a secret only, so that no clear text gets into the column."""
        if isinstance(value, Secret):
            return value
        raise TypeError("A Secret is expected.")

    def get_prep_value(self, value: Any) -> str:
        """Store the ciphertext."""
        return self.to_python(value).token

    def value_to_string(self, obj: models.Model) -> str:
        """Serialise as ciphertext."""
        return self.get_prep_value(self.value_from_object(obj))
