"""What can be done to many assets, groups or work items at once."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from assets.admin.search import in_reach
from assets.models import AssetGroup, GroupMember, WorkItemState
from assets.services.alike import change_alike, check_alike, close_alike
from config.api.errors import Refusal
from organisations.admin.bulk import BulkAdmin
from organisations.admin.bulk_actions import BulkAction, Outcome
from organisations.admin.widgets import Search, narrow_input
from organisations.models import Organisation
from organisations.services.seen import Seen

NOTHING = "—"
# What switching groups on and off does is done for each of them.
MOST_GROUPS = 500
# So many rows are offered in a list; of more one is searched for.
MOST_OFFERED = 200
YES_NO = [("yes", "Yes"), ("no", "No")]


class AssetAction(BulkAction):
    """Changes one property of the rows, by a body as the API takes it."""

    # The key of the body.
    key: str

    def body(self, value: Mapping[str, Any]) -> dict[str, object]:
        """Return the body that the form stands for."""
        raise NotImplementedError

    def new(self, value: Mapping[str, Any]) -> str:
        """Return what the value is called."""
        raise NotImplementedError

    def old(
        self, rows: Sequence[AssetGroup], value: Mapping[str, Any]
    ) -> Mapping[int, str]:
        """Return what each row has now, by its id."""
        raise NotImplementedError

    def notes(self, rows: Sequence[AssetGroup]) -> Mapping[int, str]:
        """Return what else there is to know of some rows, by their ids."""
        return {}

    def outcomes(
        self,
        organisation: Organisation,
        rows: Sequence[AssetGroup],
        value: Mapping[str, Any],
    ) -> list[Outcome]:
        """Let the services check the rows."""
        keys = [row.pk for row in rows]
        checked = check_alike(organisation, keys, self.body(value))
        old, new, notes = self.old(rows, value), self.new(value), self.notes(rows)
        outcomes = []
        for row in rows:
            found = checked[row.pk]
            refusal = found.message if isinstance(found, Refusal) else ""
            label, note = f"{row.formatted_number} {row.name}", notes.get(row.pk, "")
            outcomes.append(Outcome(row, label, old[row.pk], new, refusal, note))
        return outcomes

    def write(
        self, admin: Any, organisation: Organisation, seen: Seen, form: Any, actor: Any
    ) -> None:
        """Change all rows by one call."""
        kind = getattr(admin, "kind", None)
        body = self.body(form.cleaned_data)
        change_alike(organisation, seen, body, actor=actor, ephemerality=kind)


class RowForm(forms.Form):
    """Asks for one row, or for none at all where that may be."""

    def clean(self) -> dict[str, Any]:
        """Insist on the one or the other."""
        values = super().clean() or {}
        if self.errors:
            return values
        if bool(values.get("row")) == bool(values.get("none")):
            raise ValidationError("Choose one, or say that there is to be none.")
        return values


class SetRow(AssetAction):
    """Lets the rows refer to another row of their organisation."""

    def __init__(self, column: str, *, may_be_none: bool = True) -> None:
        self.column = column
        self.key = f"{column}_id"
        self.name = f"set_{column}"
        self.title = f"Set {column}"
        self.may_be_none = may_be_none

    def offered(self, organisation: Organisation) -> Any:
        """Return the rows that may be chosen."""
        model: Any = AssetGroup._meta.get_field(self.column).related_model
        return model.objects.of(organisation)

    def form(
        self, admin: Any, organisation: Organisation, data: Any = None
    ) -> forms.Form:
        """Offer the rows of the organisation, a few in a list that needs no script."""
        offered = self.offered(organisation)
        field = forms.ModelChoiceField(
            offered,
            label=self.column.capitalize(),
            required=not self.may_be_none,
            empty_label="Choose…",
            widget=self.widget(admin, offered),
        )
        narrow_input(field, offered, self.common(organisation))
        inputs: dict[str, forms.Field] = {"row": field}
        if self.may_be_none:
            inputs["none"] = forms.BooleanField(
                label=f"No {self.column}: take away what there is",
                required=False,
                widget=UnfoldBooleanWidget,
            )
        kind = RowForm if self.may_be_none else forms.Form
        form: forms.Form = type("SetForm", (kind,), inputs)(data)
        return form

    def widget(self, admin: Any, offered: Any) -> forms.Widget:
        """Return a list of few rows, a search among many."""
        if offered.order_by()[: MOST_OFFERED + 1].count() <= MOST_OFFERED:
            few: forms.Widget = UnfoldAdminSelectWidget()
            return few
        field: Any = AssetGroup._meta.get_field(self.column)
        return Search(field, admin.admin_site)

    def common(self, organisation: Organisation) -> dict[str, int]:
        """Return what a search is narrowed by."""
        return {"organisation": organisation.pk}

    def body(self, value: Mapping[str, Any]) -> dict[str, object]:
        """Name the chosen row by its id."""
        row = value["row"]
        return {self.key: str(row.pk) if row else None}

    def new(self, value: Mapping[str, Any]) -> str:
        """Name the chosen row."""
        return str(value["row"] or NOTHING)

    def old(
        self, rows: Sequence[AssetGroup], value: Mapping[str, Any]
    ) -> Mapping[int, str]:
        """Name the rows that are referred to now, read in one query."""
        model: Any = AssetGroup._meta.get_field(self.column).related_model
        keys = {getattr(row, self.key) for row in rows} - {None}
        names = {one.pk: str(one) for one in model.objects.filter(pk__in=keys)}
        return {row.pk: names.get(getattr(row, self.key), NOTHING) for row in rows}


class SetLocation(SetRow):
    """Moves the rows to a location; where they stood in it they leave."""

    def __init__(self) -> None:
        super().__init__("location")

    def notes(self, rows: Sequence[AssetGroup]) -> Mapping[int, str]:
        """Tell of those that are where their group is, whatever is their own place."""
        keys = {row.governed_by_id for row in rows} - {None}
        groups = AssetGroup.objects.filter(pk__in=keys, location__isnull=False)
        names = {one.pk: f"{one.formatted_number} {one.name}" for one in groups}
        return {
            row.pk: f"Stays with its group {names[row.governed_by_id]}."
            for row in rows
            if row.governed_by_id in names
        }


class AddToGroup(SetRow):
    """Puts assets at the end of a group; a permanent one takes the place of another."""

    def __init__(self) -> None:
        super().__init__("group", may_be_none=False)
        self.name, self.title = "add_to_group", "Add to group"

    def offered(self, organisation: Organisation) -> Any:
        """Offer the groups that are there."""
        return AssetGroup.objects.of(organisation).present().groups().order_by("id")

    def common(self, organisation: Organisation) -> dict[str, int]:
        """Search among groups only."""
        return {"organisation": organisation.pk, "groups": 1}

    def old(
        self, rows: Sequence[AssetGroup], value: Mapping[str, Any]
    ) -> Mapping[int, str]:
        """Name the permanent group of each, and tell who is in the chosen one."""
        group = value["row"]
        members = GroupMember.objects.filter(group=group, asset__in=rows).order_by()
        inside = {*members.values_list("asset_id", flat=True)}
        named = super().old(rows, value)
        return {key: str(group) if key in inside else named[key] for key in named}


class SetActive(AssetAction):
    """Switches the rows on or off; what is switched off gives its seat back."""

    name = "set_active"
    title = "Switch on or off"
    key = "active"

    def __init__(self, most: int | None = None) -> None:
        self.most = most or self.most

    def form(
        self, admin: Any, organisation: Organisation, data: Any = None
    ) -> forms.Form:
        """Ask for yes or no."""
        field = forms.ChoiceField(
            label="Active", choices=YES_NO, widget=UnfoldAdminRadioSelectWidget
        )
        form: forms.Form = type("ActiveForm", (forms.Form,), {"active": field})(data)
        return form

    def body(self, value: Mapping[str, Any]) -> dict[str, object]:
        """Say whether they are to be active."""
        return {"active": value["active"] == "yes"}

    def new(self, value: Mapping[str, Any]) -> str:
        """Return yes or no."""
        return str(value["active"])

    def old(
        self, rows: Sequence[AssetGroup], value: Mapping[str, Any]
    ) -> Mapping[int, str]:
        """Return yes or no for each."""
        return {row.pk: "yes" if row.active else "no" for row in rows}


class SetState(BulkAction):
    """Opens or closes work items."""

    name = "set_state"
    title = "Open or close"

    def form(
        self, admin: Any, organisation: Organisation, data: Any = None
    ) -> forms.Form:
        """Ask for the state."""
        field = forms.ChoiceField(
            choices=WorkItemState.choices, widget=UnfoldAdminRadioSelectWidget
        )
        form: forms.Form = type("StateForm", (forms.Form,), {"state": field})(data)
        return form

    def outcomes(
        self, organisation: Organisation, rows: Sequence[Any], value: Mapping[str, Any]
    ) -> list[Outcome]:
        """Show the states; there is nothing that forbids one."""
        return [Outcome(row, str(row), row.state, value["state"]) for row in rows]

    def write(
        self, admin: Any, organisation: Organisation, seen: Seen, form: Any, actor: Any
    ) -> None:
        """Change all items by one call."""
        close_alike(organisation, seen, form.cleaned_data["state"], actor=actor)


COMMON = (SetRow("status"), SetLocation(), SetRow("fleet"))


class RegisterBulkAdmin(BulkAdmin):
    """Changes many assets or groups at once; never deleted ones."""

    bulk_actions: ClassVar[Sequence[BulkAction]] = (*COMMON, SetActive())

    def get_queryset(self, request: HttpRequest) -> Any:
        """Let lists go by the index that begins with the organisation."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and str(match.url_name).endswith("_changelist")
        return rows.filter(in_reach(request)) if is_list else rows

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer nothing but to restore what has been deleted."""
        found = super().get_actions(request)
        me: Any = self
        if me.lists_deleted(request):
            return {name: one for name, one in found.items() if name == "restore"}
        return found
