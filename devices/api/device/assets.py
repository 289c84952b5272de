"""GET /Asset: the register's single assets, seen as IT devices."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import orjson
from django.db.models import Q
from rest_framework import serializers

from config.api.device.fields import DeviceInteger, DeviceString
from config.api.device.lists import Window
from config.api.device.members import Member
from config.api.device.on_demand import Extra, many
from config.api.device.pages import Keys, keys_across
from config.api.device.parameters import narrowed
from config.api.device.searching import read_conditions
from config.api.device.values import Errors, Malformed
from config.api.rows import template
from devices.api.device.asset_detail import AssetDetail
from devices.api.device.asset_keeping import KeptMatches, kept_matches
from devices.api.device.asset_members import MEMBERS, OfRecord, aliases_of
from devices.api.device.asset_parameters import PARAMETERS, by_activity
from devices.api.device.asset_tags import AssetTags
from devices.api.device.asset_writing import AssetWriting
from devices.api.device.custom_fields import fields_with_serials
from devices.api.device.extras import ON_DEMAND, add_extras
from devices.api.device.field_conditions import field_condition
from devices.api.device.rows import DeviceRowSerializer
from devices.models import ColumnProfile, DeviceAsset, SavedSearch
from devices.querysets import MOST_WORDS

TYPE_REQUIRED = "Custom fields are shown of one type: assettype_id is required."
# Parameters that children of the matches are narrowed by as well.
OF_CHILDREN = tuple(one for one in PARAMETERS if one.name == "excludethese")


class ColumnShape(serializers.Serializer[Any]):
    """A column of the list: what it is called, where it stands, how wide it is."""

    column_name = DeviceString()
    column_title_override = DeviceString()
    column_seq = DeviceInteger()
    width = DeviceInteger()

    class Meta:
        ref_name = "Column"


class AssetViewSet(AssetDetail, AssetWriting, AssetTags):
    """Devices."""

    noun = "Asset"
    area = "assets"
    queryset = DeviceAsset.objects.present()
    list_serializer_class = DeviceRowSerializer
    array = "assets"
    parameters = PARAMETERS
    list_extras = ON_DEMAND
    envelope_extras = (
        Extra("columns_id", "columns_id", DeviceInteger),
        Extra("columns", "includecolumns", many(ColumnShape)),
    )
    members = MEMBERS
    search_columns = ("tag", "key_field", "name", "serial_number", "username")
    has_advanced_search = True

    @cached_property
    def profile(self) -> ColumnProfile | None:
        """The column profile that is asked for, if the caller sees it."""
        found: ColumnProfile | None = self.kept(ColumnProfile, "columns_id")
        return found

    @cached_property
    def saved_search(self) -> SavedSearch | None:
        """The saved search that is asked for, if the caller sees it."""
        found: SavedSearch | None = self.kept(SavedSearch, "globalSearchID")
        return found

    def kept(self, model: Any, name: str) -> Any:
        """Return the row of the back office that a parameter names, if one does."""
        if name not in self.asked:
            return None
        rows = model.objects.visible_to(self.actor)
        return rows.filter(id__serial=self.asked[name]).first()

    def is_searched(self) -> bool:
        """Tell whether words are looked for, also by a saved search."""
        return super().is_searched() or self.saved_search is not None

    def matches(self, window: Window, errors: Errors) -> Any:
        """Take them by SQL that is kept, where there is any."""
        if not errors and (self.is_searched() or not self.record_first()):
            kept = kept_matches(self)
            if kept is not None:
                return kept
        return super().matches(window, errors)

    def record_first(self) -> OfRecord | None:
        """Return the member of a record that the list is ordered by, if it is."""
        member = MEMBERS.get(self.query.text("order").lower())
        return member if isinstance(member, OfRecord) else None

    def keys(self, matches: Any, order: Any, window: Window) -> Keys | None:
        """Find those without a record apart, where its member comes first."""
        if isinstance(matches, KeptMatches):
            return matches.keys(window, counted=self.is_searched())
        member = self.record_first()
        if self.is_searched() or member is None:
            return super().keys(matches, order, window)
        first, *others = order
        parts = member.parts(matches, others, descending=first.descending)
        return keys_across(parts, window)

    def count(self, matches: Any) -> int:
        """Count the rows that match."""
        if isinstance(matches, KeptMatches):
            return matches.count()
        return super().count(matches)

    def listed(self) -> Any:
        """Start from active assets, unless others are asked for."""
        return by_activity(super().listed(), self.asked)

    def shown_rows(self) -> Any:
        """Return the assets that may stand in the answer at all."""
        return narrowed(self.listed(), OF_CHILDREN, self.asked, self, {})

    def searched(self, rows: Any, members: Mapping[str, Member], errors: Errors) -> Any:
        """Narrow by the words and conditions sent and saved; add children last."""
        if self.asked.get("includeassetfields") and "assettype_id" not in self.asked:
            errors.setdefault("assettype_id", [TYPE_REQUIRED])
        found = super().searched(rows, members, errors)
        if self.saved_search is not None:
            try:
                found = self.with_saved(found, self.saved_search, members)
            except Malformed as error:
                errors["globalSearchID"] = [str(error)]
        if not self.asked.get("includechildren"):
            return found
        return self.shown_rows().with_children_of(found.order_by().values("pk"))

    def with_saved(
        self, rows: Any, saved: SavedSearch, members: Mapping[str, Member]
    ) -> Any:
        """Narrow to what a saved search finds."""
        if saved.search:
            rows = self.with_words(rows, saved.search)
        if saved.advanced_search:
            text = orjson.dumps(saved.advanced_search).decode()
            rows = self.with_conditions(rows, text, members)
        return rows

    def with_words(self, rows: Any, text: str) -> Any:
        """Look where devices are looked for, on PostgreSQL through trigram indexes."""
        if len(text.split()) > MOST_WORDS:
            raise Malformed(f"At most {MOST_WORDS} words are taken.")
        by_tag_only = bool(self.asked.get("search_inventory_number_only"))
        return rows.matching(text, by_tag_only=by_tag_only)

    def with_conditions(
        self, rows: Any, text: str, members: Mapping[str, Member]
    ) -> Any:
        """Work out the members that the conditions name, and compare them."""
        aliases = aliases_of(name for name, _, _ in read_conditions(text))
        return super().with_conditions(rows.alias(**aliases), text, members)

    def custom_condition(self, serial: int, operator: int, value: str) -> Q | None:
        """Compare a custom field that the caller sees."""
        found = fields_with_serials([serial], self.actor)
        return field_condition(found[0], operator, value) if found else None

    def extended(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Add what is asked for, and put the members in the order of the profile."""
        add_extras(self, rows)
        if self.profile is None:
            return rows
        names = [one["column_name"] for one in self.columns()]
        return [
            {**{name: row[name] for name in names if name in row}, **row}
            for row in rows
        ]

    def others(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Name the column profile, and its columns on demand."""
        found: dict[str, Any] = {}
        if "columns_id" in self.asked:
            found["columns_id"] = self.asked["columns_id"]
        if self.asked.get("includecolumns"):
            found["columns"] = self.columns()
        return found

    def columns(self) -> list[dict[str, Any]]:
        """Return the columns of the profile, without one those of every row."""
        if self.profile is None:
            names = template(DeviceRowSerializer)
            return [column(name, place) for place, name in enumerate(names, start=1)]
        rows = self.profile.columns.order_by("column_seq", "id")
        return [
            column(
                one.column_name, one.column_seq, one.column_title_override, one.width
            )
            for one in rows
        ]


def column(name: str, seq: int, title: str = "", width: int = 0) -> dict[str, Any]:
    """Return a column as the answer shows it."""
    return {
        "column_name": name,
        "column_title_override": title,
        "column_seq": seq,
        "width": width,
    }
