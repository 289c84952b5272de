"""The forms of the back office's import pages; every one works without a script."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from config.imports.asking import pair_in
from config.imports.jobs import Job
from config.imports.presets.choosing import shipped
from config.imports.preview import Preview, mapped
from config.imports.resources import RESOURCES

DATES = [("", "as the cells show"), ("dmy", "day first"), ("mdy", "month first")]
MOST_ROWS = 1 << 31


def _choice(label: str, choices: Sequence[tuple[str, str]], **more: Any) -> Any:
    return forms.ChoiceField(
        label=label, choices=choices, widget=UnfoldAdminSelectWidget, **more
    )


def _text(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        required=False,
        help_text=help_text,
        widget=UnfoldAdminTextInputWidget,
    )


def _flag(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, help_text=help_text, widget=UnfoldBooleanWidget
    )


def _row_number(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST_ROWS,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class UploadForm(forms.Form):
    """Which file, and how it is read."""

    file = forms.FileField(max_length=1_000, widget=UnfoldAdminFileFieldWidget)
    sheet = _text("Sheet", "Of a workbook, where not the first that holds anything.")
    encoding = _text("Encoding", "Only where it is guessed wrong.")
    header_row = _row_number("Row of the header")
    skip_rows = _row_number("Rows to leave out below it")
    dates = _choice("Dates such as 3/4/2021", DATES, required=False)

    def __init__(self, types: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", "what the file says, else assets")]
        kinds += [(name, name.replace("_", " ")) for name in types]
        presets = [("", "found by the headers"), ("-", "none")]
        presets += [(one.name, one.title) for one in shipped()]
        self.fields["type"] = _choice("Rows are", kinds, required=False)
        self.fields["preset"] = _choice("From", presets, required=False)
        self.order_fields(["file", "type", "preset"])

    def values(self) -> dict[str, Any]:
        """Return what was asked, in the words of the command."""
        given = {name: self.cleaned_data[name] for name in self.fields}
        for name in ("header_row", "skip_rows"):
            given[name] = given[name] or 0
        return {**given, "dry_run": True}


class MappingForm(forms.Form):
    """Where each column goes, and what becomes of the rows."""

    on_conflict = _choice(
        "Rows that are in the register already",
        [("update", "update"), ("skip", "leave as they are"), ("fail", "refuse")],
    )
    skip_invalid = _flag("Load the rows that are in order although others are refused")
    in_parts = _flag(
        "Keep rows as they come",
        "A long import that is stopped goes on where it was; it needs the line above.",
    )
    defaults = forms.CharField(
        label="Where a cell is empty",
        max_length=10_000,
        required=False,
        help_text="NAME=VALUE, one a line, such as status=In stock.",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    unique = _text(
        "Column that tells rows apart", "Found by itself; - where there is none."
    )
    again = _flag(
        "Load the file although it was loaded before",
        "For rows that nothing tells from those of the first time.",
    )

    def __init__(self, job: Job, shown: Preview, *args: Any, **kwargs: Any) -> None:
        resource = RESOURCES[job.type]
        super().__init__(*args, **kwargs)
        self.job, self.shown = job, shown
        kinds = [(name, name.replace("_", " ")) for name in resource.missing]
        self.fields["missing"] = forms.MultipleChoiceField(
            label="Make what cells name and is not there",
            choices=kinds,
            initial=sorted(job.terms.missing),
            required=False,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
        )
        matches = [
            ("", "the likeliest"),
            *((m, m.replace("_", " ")) for m in resource.matches),
        ]
        self.fields["match"] = _choice(
            "Rows are found in the register by",
            [*matches, ("-", "nothing: all are new")],
            initial=job.terms.match,
            required=False,
        )
        self.initial["on_conflict"] = job.terms.on_conflict
        for name in ("skip_invalid", "in_parts", "unique", "again"):
            self.initial[name] = getattr(job, name)
        pairs = job.defaults.items()
        self.initial["defaults"] = "\n".join(f"{name}={value}" for name, value in pairs)
        for column in shown.columns:
            self.fields[_name(column.index)] = _choice(
                column.label, shown.choices, initial=column.place
            )

    def columns(self) -> list[tuple[Any, Any]]:
        """Return the columns of the file, each with its input."""
        return [(one, self[_name(one.index)]) for one in self.shown.columns]

    def options(self) -> list[Any]:
        """Return the other inputs."""
        names = ["missing", "match", "on_conflict", "skip_invalid", "in_parts"]
        return [self[name] for name in (*names, "defaults", "unique", "again")]

    def clean_defaults(self) -> dict[str, str]:
        """Read the lines; an error names the first that is written otherwise."""
        lines = [line for line in self.cleaned_data["defaults"].splitlines() if line]
        try:
            return dict(pair_in(line) for line in lines)
        except ValueError as error:
            sentence = f"NAME=VALUE is expected, not '{error}'."
            raise forms.ValidationError(sentence) from error

    def clean(self) -> dict[str, Any]:
        """Refuse to keep rows as they come where one refused row stops them all."""
        values = super().clean() or self.cleaned_data
        if values.get("in_parts") and not values.get("skip_invalid"):
            sentence = (
                "Rows are kept as they come only where refused ones are left out."
            )
            self.add_error("in_parts", sentence)
        return values

    def chosen(self) -> Job:
        """Return the job as it was chosen."""
        values = self.cleaned_data
        terms = replace(
            self.job.terms,
            missing=frozenset(values["missing"]),
            match=values["match"],
            on_conflict=values["on_conflict"],
        )
        own = ("skip_invalid", "in_parts", "defaults", "unique", "again")
        chosen = {name: values[name] for name in own}
        job = replace(self.job, terms=terms, dry_run=True, **chosen)
        places = {one.index: values[_name(one.index)] for one in self.shown.columns}
        return mapped(job, self.shown, places)


class UndoForm(forms.Form):
    """How an import is taken back."""

    keep_changed = _flag(
        "Leave rows as they are that were changed since",
        "Without it, such rows keep the import from being taken back at all.",
    )


def _name(index: int) -> str:
    return f"column-{index}"
