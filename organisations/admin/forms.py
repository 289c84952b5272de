"""Forms that read what was typed; whether it may stand is the services' decision."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError, RestrictedError
from unfold.widgets import UnfoldAdminTextareaWidget

from config.api.errors import Refusal

# What the services raise when a rule forbids a write.
REFUSED = (
    Refusal,
    ValidationError,
    ProtectedError,
    RestrictedError,
    IntegrityError,
)


class BackOfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Leaves the row alone, so that what history calls the old values are the old ones.

    A form that is drawn again after a service has refused shows what the service said,
    beside the inputs at fault.
    """

    refusal: ClassVar[Refusal | None] = None

    def _post_clean(self) -> None:
        """Skip what a model form does here: setting and checking the row."""
        if self.refusal is None:
            return
        if not self.refusal.errors:
            self.add_error(None, self.refusal.message)
        for key, sentences in self.refusal.errors.items():
            self.say(key, sentences)

    def say(self, key: str, sentences: Iterable[str]) -> None:
        """Show the sentences of a key of the wire, at its input if there is one."""
        name = self.input_of(key)
        for sentence in sentences:
            if name is None and key != "non_field_errors":
                sentence = f"{key}: {sentence}"
            self.add_error(name, sentence)

    def input_of(self, key: str) -> str | None:
        """Return the input that stands for a key of the wire."""
        whole = key.partition("[")[0]
        names = (whole, whole.removesuffix("_id"))
        return next((name for name in names if name in self.fields), None)

    def typed(self, names: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the values of the model's own columns, of these names or of all."""
        columns = {field.name for field in self._meta.model._meta.concrete_fields}
        wanted = self.fields if names is None else names
        return {
            name: self.cleaned_data[name]
            for name in wanted
            if name in columns and name in self.cleaned_data
        }

    def keyed(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values by the keys of the wire: ids of rows as `..._id`."""
        columns = self._meta.model._meta.concrete_fields
        rows = {field.name: field.attname for field in columns if field.is_relation}
        return {
            rows.get(name, name): value.pk if name in rows and value else value
            for name, value in values.items()
        }

    def changed(self) -> dict[str, Any]:
        """Return the values of the model's own columns that were changed."""
        return self.typed(self.changed_data)


class Lines(UnfoldAdminTextareaWidget):  # type: ignore[misc]
    """A text of several lines, whose ends stay what they were before the browser's."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"rows": 3, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Undo what browsers do to line ends, so that nothing seems changed."""
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value
