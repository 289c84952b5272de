"""Assets and equipment: lists, pages, and an input for each of their own fields."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from assets.admin.bookings import BookingsAdmin, DoubleBookedFilter
from assets.admin.bulk import AddToGroup, RegisterBulkAdmin
from assets.admin.deleted import DeletedFilter, RestoringAdmin
from assets.admin.filters import (
    FieldFilter,
    InServiceFilter,
    PlaceFilter,
    RestOfPlaces,
    RestOfStatuses,
    RestOfTypes,
)
from assets.admin.page import PageAdmin
from assets.admin.search import matching
from assets.admin.values import (
    PREFIX,
    definitions_of,
    input_for,
    input_name,
    sent,
    spoken,
)
from assets.ephemerality import Ephemerality
from assets.models import (
    Asset,
    AssetField,
    AssetGroup,
    AssetType,
    Equipment,
)
from assets.services.changing import update_asset
from assets.services.creation import create_assets
from assets.services.definitions import Definition, Definitions
from assets.services.drafts import AssetDraft
from assets.services.removal import delete_asset
from config.api.snowflake import parse_snowflake
from organisations.admin.choosing import choose, chosen_organisation
from organisations.admin.filters import RowFilter
from organisations.admin.forms import BackOfficeForm
from organisations.admin.rights import desk_of
from organisations.admin.widgets import Search, narrow_input
from organisations.permissions import Permission

SHOWN = ("formatted_number", "created_at", "updated_at")


class AssetForm(BackOfficeForm):
    """Reads an asset's properties and the values of its fields."""

    def input_of(self, key: str) -> str | None:
        """Return the input of a custom field, or of a property."""
        custom = f"{PREFIX}{key.removeprefix('fields.')}"
        return custom if custom in self.fields else super().input_of(key)

    def body(self, names: Any) -> dict[str, object]:
        """Return what was typed as a body of the API."""
        body = self.keyed(self.typed(names))
        body["fields"] = {
            name.removeprefix(PREFIX): sent(self.cleaned_data[name])
            for name in names
            if name.startswith(PREFIX)
        }
        return body


class RegisterAdmin(PageAdmin, BookingsAdmin, RegisterBulkAdmin, RestoringAdmin):
    """What assets and equipment have in common; written by the asset services."""

    kind: ClassVar[Ephemerality]
    form = AssetForm
    sortable_by = ()
    list_display = (
        "formatted_number",
        "name",
        "type",
        "status",
        "place",
        "fleet",
        "in_service",
        "organisation",
    )
    list_display_links = ("formatted_number", "name")
    list_filter = (
        "active",
        ("organisation", RowFilter),
        ("type", RowFilter),
        ("status", RowFilter),
        ("fleet", RowFilter),
        ("location", PlaceFilter),
        InServiceFilter,
        FieldFilter,
        RestOfTypes,
        RestOfStatuses,
        RestOfPlaces,
        DoubleBookedFilter,
        DeletedFilter,
    )
    list_select_related = (
        "type",
        "status",
        "location",
        "governed_by__location",
        "fleet",
        "organisation",
    )
    search_fields = ("normalised_name",)
    search_help_text = "The beginning of a name, a number, a field's value, or an id."
    own_fields: ClassVar[tuple[str, ...]] = (
        "name",
        "description",
        "status",
        "fleet",
        "location",
        "sub_location",
        "active",
    )

    def matching(self, request: HttpRequest, term: str) -> Q:
        """Find by indexed columns only."""
        return matching(request, term, self.found_elsewhere(request, term))

    def found_elsewhere(self, request: HttpRequest, term: str) -> set[int]:
        """Return ids of rows that are found by what the apps above keep of them."""
        return set()

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for the type before the form, because the type decides on its inputs."""
        may_add = self.has_add_permission(request)
        if may_add and chosen_organisation(self, request) and not self.type_of(request):
            return self.choose_type(request)
        return super().add_view(request, form_url, extra_context)

    def chosen(self, request: HttpRequest) -> dict[str, str]:
        """Return what is settled of a new row, by its label."""
        return {**super().chosen(request), "Type": str(self.type_of(request))}

    def offered_types(self, request: HttpRequest) -> Any:
        """Return the types that a new row can have."""
        organisation = desk_of(request).organisation
        kinds = AssetType.objects.filter(ephemerality=self.kind, active=True)
        return kinds.of(organisation) if organisation else kinds.none()

    def type_of(self, request: HttpRequest) -> AssetType | None:
        """Return the type of a new row: the one that the address names."""
        memory = desk_of(request).memory
        if "type" not in memory:
            try:
                wanted = parse_snowflake(request.GET.get("type", ""))
            except ValueError:
                wanted = 0
            memory["type"] = self.offered_types(request).filter(pk=wanted).first()
        found: AssetType | None = memory["type"]
        return found

    def choose_type(self, request: HttpRequest) -> HttpResponse:
        """Answer the page that asks for the type."""
        widget = Search(AssetGroup._meta.get_field("type"), self.admin_site)
        offered = self.offered_types(request)
        field = forms.ModelChoiceField(offered, widget=widget)
        narrow_input(field, offered, self.common_of_types(request))
        return choose(self, request, "type", field)

    def common_of_types(self, request: HttpRequest) -> dict[str, int]:
        """Return what the offered types have in common."""
        organisation = desk_of(request).organisation
        common = {"ephemerality": int(self.kind)}
        return common | ({"organisation": organisation.pk} if organisation else {})

    def definitions(self, request: HttpRequest, row: Any) -> list[Definition]:
        """Return the fields of the row's type, and others it has values of."""
        memory = desk_of(request).memory
        key = ("definitions", row.pk if row else None)
        if key not in memory:
            kind = row.type if row else self.type_of(request)
            stored = {int(name[1:]) for name in row.fields} if row else set()
            memory[key] = definitions_of(kind, stored)
        found: list[Definition] = memory[key]
        return found

    def inputs(self, request: HttpRequest, row: Any) -> dict[str, forms.Field]:
        """Ask for the values of custom fields."""
        stored: Mapping[str, object] = row.fields if row else {}
        return {
            input_name(one): input_for(
                one, stored.get(one.key) if row else one.default_value
            )
            for one in self.definitions(request, row)
        }

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show the properties, then an input for each custom field."""
        if obj is None:
            asked = (*self.own_fields, "prefix", "number")
        else:
            asked = ("type", *self.own_fields)
        sets: list[Any] = [(None, {"fields": asked})]
        may_write = obj is None or self.has_change_permission(request, obj)
        names = [input_name(one) for one in self.definitions(request, obj)]
        if names:
            custom = names if may_write else ["field_values"]
            sets.append(("Fields", {"fields": custom}))
        if obj is not None:
            sets.append(("The register's own", {"fields": SHOWN}))
        return sets

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> Sequence[str]:
        """Show what the register decides."""
        return SHOWN if obj is not None else ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Offer types of the row's kind, and let the services number the row."""
        form = super().get_form(request, obj, change=change, **kwargs)
        asked = form.base_fields
        for name in ("prefix", "number"):
            if name in asked:
                asked[name].required = False
                asked[name].help_text = "Taken from the type when empty."
        if "type" in asked:
            offered = AssetType.objects.filter(ephemerality=self.kind)
            organisation = obj.organisation
            common = {"ephemerality": int(self.kind)}
            narrow_input(asked["type"], offered.of(organisation), common)
        if "group" in asked:
            field = asked["group"]
            permanent = {"ephemerality": int(Ephemerality.PERMANENT)}
            narrow_input(field, field.queryset.filter(**permanent), permanent)
        return form

    def create_row(self, request: HttpRequest, row: Any, form: Any) -> Any:
        """Make the row."""
        kind = self.type_of(request)
        body = {**form.body(form.fields), "type_id": kind.pk if kind else None}
        made = create_assets(
            organisation=row.organisation,
            drafts=[AssetDraft.from_wire(body)],
            actor=desk_of(request).actor,
            ephemerality=self.kind,
        )
        return made[0]

    def update_row(self, request: HttpRequest, row: Any, form: Any) -> Any:
        """Change the row where the form was changed."""
        body = form.body(form.changed_data)
        return update_asset(row, body, actor=desk_of(request).actor)

    def delete_row(self, request: HttpRequest, row: Any) -> None:
        """Hide the row; its number and its history stay."""
        delete_asset(row, actor=desk_of(request).actor)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name the rows only; hiding them takes nothing else along."""
        counts = {str(self.opts.verbose_name_plural): len(objs)}
        return [str(row) for row in objs], counts, set(), []

    def labels(self, request: HttpRequest, row: Any) -> Mapping[str, str]:
        """Call values by the names of their fields."""
        fields = AssetField.objects.of(row.organisation)
        pairs = fields.values_list("pk", "name")
        return {f"fields/{key}": name for key, name in pairs}

    @admin.display(description="location")
    def place(self, row: AssetGroup) -> str | None:
        """Return where the row is: where its group is, else its own place."""
        governed = row.governed_by and row.governed_by.location
        found = governed or row.location
        return str(found) if found else None

    @admin.display(description="in service", boolean=True)
    def in_service(self, row: AssetGroup) -> bool:
        """Tell whether it is active, and in no status or an active one."""
        return row.in_service

    @admin.display(description="values")
    def field_values(self, row: AssetGroup) -> str:
        """Write the values out, for those who may not change them."""
        rows = AssetField.objects.filter(pk__in=[int(key[1:]) for key in row.fields])
        definitions = Definitions(rows).by_id.values()
        return "\n".join(
            f"{one.name}: {spoken(one, row.fields.get(one.key))}" for one in definitions
        )


@admin.register(Asset)
class AssetAdmin(RegisterAdmin):
    """Single assets."""

    kind = Ephemerality.SINGLE
    permission = Permission.MANAGE_FLEETS
    own_fields = (*RegisterAdmin.own_fields, "group", "subscription")
    bulk_actions = (*RegisterBulkAdmin.bulk_actions, AddToGroup())


@admin.register(Equipment)
class EquipmentAdmin(RegisterAdmin):
    """Pieces of equipment."""

    kind = Ephemerality.EQUIPMENT
    permission = Permission.MANAGE_EQUIPMENT
