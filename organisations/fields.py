"""Model fields that carry the register's rules for text."""

import math
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from organisations.names import clean_name, has_control_characters, normalise_name

validate_colour = RegexValidator(
    r"\A#[0-9a-fA-F]{6}\Z", "A colour is written as #rrggbb.", "invalid_colour"
)


def refuse_control_characters(value: str) -> None:
    """Refuse names that hold control characters."""
    if has_control_characters(value):
        raise ValidationError("Control characters are not allowed.", "control")


def refuse_unstorable(value: str) -> None:
    """Refuse the characters that no database text can hold."""
    if value.isprintable():
        return
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValidationError("Null characters are not allowed.", "null_characters")


def refuse_infinite(value: float) -> None:
    """Refuse NaN and infinity, which compare with no bound."""
    if not math.isfinite(value):
        raise ValidationError("A number is expected.", "infinite")


class CodePointCharField(models.CharField[str, str]):
    """Text that both databases keep in code-point order."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Ask PostgreSQL for collation C; SQLite compares so by itself."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class NameField(CodePointCharField):
    """A name of 2 to 20 code points after NFC and trimming (contract C10)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        self.min_length: int = kwargs.pop("min_length", 2)
        super().__init__(*args, **kwargs)
        self.validators = [
            *self.validators,
            MinLengthValidator(self.min_length),
            refuse_control_characters,
        ]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Keep the lower bound in migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, {**kwargs, "min_length": self.min_length}

    def to_python(self, value: Any) -> Any:
        """Clean the name before it is validated."""
        value = super().to_python(value)
        return clean_name(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Store the clean form, whichever door the value came through."""
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value


class DescriptionField(models.CharField[str, str]):
    """A text of at most 1,000 characters, empty unless given (contract C10)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 1000)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, refuse_unstorable]

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Leave the validators to the class."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs


class NormalisedNameField(CodePointCharField):
    """The search form of another field, kept in code-point order on both databases."""

    def __init__(self, *args: Any, source: str = "name", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 255)
        kwargs["editable"] = False
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Keep the source in migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Derive the value at every save and bulk insert."""
        value = normalise_name(getattr(model_instance, self.source) or "")
        setattr(model_instance, self.attname, value)
        return value


class LowercaseEmailField(models.EmailField[str, str]):
    """An address kept and looked up in lower case."""

    def get_prep_value(self, value: Any) -> Any:
        """Lower the case on the way into the database and into lookups."""
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value
