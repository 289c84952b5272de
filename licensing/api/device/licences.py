"""`/SoftwareLicence`: licences and their parts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from config.api.device.elements import Element, Problems
from config.api.device.lists import LARGEST_COUNT, ORDERS, Window, set_members
from config.api.device.on_demand import Extra, Extras, many
from config.api.device.pages import Keys, ShownRows
from config.api.device.pairs import Pair
from config.api.device.parameters import flag, one_id, one_number, one_text
from config.api.device.values import Errors
from config.api.keyed import KeptList, Narrowing
from config.api.rows import Page, columns_of, read_rows, render
from config.api.snowflake import serial_of
from licensing.api.device.licence_parts import ITEMS, find_assets, name_suppliers
from licensing.api.device.licence_rows import (
    LicenceInput,
    LicenceMatchSerializer,
    LicenceRoleSerializer,
    LicenceSerializer,
)
from licensing.models import Licence
from licensing.services.licences import (
    MatchDraft,
    RoleDraft,
    create_licence,
    delete_licence,
    save_matches,
    save_roles,
    update_licence,
)
from licensing.services.seats import Seat, allocate
from organisations.api.device.base import CLIENT, SITE, RegisterViewSet
from organisations.permissions import Permission

PARTS = ("licence_roles", "licence_match", ITEMS)


def own_licences(user: Any) -> Any:
    """Return the licences that a body may name."""
    return Licence.objects.present().visible_to(user)


def in_force_of(organisations: Collection[int]) -> Any:
    """Return the licences of these organisations that are in force."""
    return Licence.objects.in_force().filter(organisation__in=organisations)


def under(rows: Any, serial: int, view: Any) -> Any:
    """Narrow to a licence and those under it."""
    top = view.visible(Licence.objects.filter(id__serial=serial)).first()
    return rows.none() if top is None else rows.under(top.pk)


class LicenceViewSet(RegisterViewSet):
    """Licences, without what the layers above know of their assets."""

    noun = "Licence"
    area = "softwarelicensing"
    queryset = Licence.objects.present().select_related("organisation")
    serializer_class = LicenceSerializer
    input_serializer_class = LicenceInput
    array = "licences"
    parameters = (
        one_id("client_id", "organisation"),
        one_id("site_id", "location"),
        one_number("licence_type", "type"),
        one_text("tenant_id", "tenant_id"),
        one_id("toplevelid", under),
        flag("includeinactive"),
    )
    detail_parameters = (flag("includedetails"),)
    detail_extras: ClassVar[Extras] = (
        Extra("licence_roles", "includedetails", many(LicenceRoleSerializer)),
        Extra("licence_match", "includedetails", many(LicenceMatchSerializer)),
    )
    search_columns = ("name", "manufacturer", "vendor", "product_sku")
    pairs: ClassVar[Sequence[Pair]] = (
        CLIENT,
        SITE,
        Pair("parent", "parent", "Licence", own_licences),
    )
    write_permission = Permission.MANAGE_LICENCES

    def listed(self) -> Any:
        """Leave out what is inactive or deleted, unless it is asked for."""
        rows = self.visible(Licence.objects.all())
        return rows if self.asked.get("includeinactive") else rows.in_force()

    def matches(self, window: Window, errors: Errors) -> Any:
        """Take by SQL that is kept what is asked for most: all of a client, or all."""
        is_more = self.asked.keys() - {"client_id"} or self.is_searched()
        is_ordered = any(self.query.is_sent(f"order{place}") for place in ORDERS)
        if errors or window.first or is_more or is_ordered:
            return super().matches(window, errors)
        seen, serial = self.sight.organisations, self.asked.get("client_id")
        asked = [key for key in seen if serial in (None, serial_of(key))]
        return KeptList(Licence, in_force_of, (asked,))

    def page(
        self, matches: Any, order: Any, keys: Keys | None, window: Window
    ) -> ShownRows:
        """Render a page of matches, also of those whose SQL is kept."""
        if not isinstance(matches, KeptList):
            return super().page(matches, order, keys, window)
        columns = columns_of(LicenceSerializer)
        rows = matches.first(Narrowing(), columns, window.size)
        context = dict(self.get_serializer_context())
        shown = render(LicenceSerializer, Page(columns, rows, context))
        return [set_members(one) for one in shown]

    def count(self, matches: Any) -> int:
        """Count the rows that match."""
        kept = isinstance(matches, KeptList)
        return super().count(matches.queryset() if kept else matches)

    def details(self, row: Licence) -> dict[str, Any]:
        """Add roles and matches on demand."""
        if not self.asked.get("includedetails"):
            return {}
        roles = row.roles.order_by("id")[:LARGEST_COUNT]
        matches = row.matches.order_by("id")[:LARGEST_COUNT]
        return {
            "licence_roles": read_rows(LicenceRoleSerializer, roles),
            "licence_match": read_rows(LicenceMatchSerializer, matches),
        }

    def prepare(self, elements: Sequence[Element], problems: Problems) -> None:
        """Find the suppliers and the assets that the elements name."""
        right = [one for one in elements if not problems.are_of(one)]
        name_suppliers(right, self.actor)
        find_assets(right, problems, self.actor, self.owner_of_element)

    def perform_create(self, values: Mapping[str, Any]) -> Licence:
        """Make a licence and its parts."""
        columns, parts = divided(values)
        organisation = columns.pop("organisation")
        licence = create_licence(
            organisation=organisation, values=columns, actor=self.actor
        )
        return self.with_parts(licence, parts)

    def perform_update(self, row: Licence, values: Mapping[str, Any]) -> Licence:
        """Change a licence and its parts."""
        columns, parts = divided(values)
        licence = update_licence(licence=row, values=columns, actor=self.actor)
        return self.with_parts(licence, parts)

    def perform_destroy(self, row: Licence) -> None:
        """Delete a licence, which frees its seats."""
        delete_licence(licence=row, actor=self.actor)

    def with_parts(self, licence: Licence, parts: Mapping[str, Any]) -> Licence:
        """Save the roles and matches of a body, and give its assets their seats."""
        roles = [RoleDraft(**one) for one in parts["licence_roles"]]
        matches = [MatchDraft(**one) for one in parts["licence_match"]]
        seats = [Seat(licence.pk, asset_id=key) for key in parts[ITEMS]]
        if roles:
            save_roles(licence, roles, actor=self.actor)
        if matches:
            save_matches(licence, matches, actor=self.actor)
        if seats:
            allocate(seats, actor=self.actor)
        return licence


def divided(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tell the columns of a licence from its parts, each an empty list if not sent."""
    columns = {key: value for key, value in values.items() if key not in PARTS}
    return columns, {key: values.get(key) or [] for key in PARTS}
