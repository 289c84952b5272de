"""The parameters of GET /Asset: which rows each leaves (device contract, section 4)."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from assets.models import GroupMember, WorkItem, WorkItemType
from config.api.device.members import with_serials
from config.api.device.parameters import (
    TEXT,
    Narrow,
    Parameter,
    Rows,
    flag,
    many_ids,
    one_id,
    one_of,
    one_text,
)
from config.api.device.values import Malformed, Query, malformed, read_flag
from devices.models import IntegrationLink, IntegrationType
from devices.words import PARAMETERS as RECORDS
from licensing.kinds import ReferenceKind
from licensing.models import Allocation, Licence
from organisations.models import Location, Membership, User

# A ticket is a work item; these are the numbers of its types.
TICKET_TYPES = dict(enumerate(WorkItemType.values, start=1))


def if_true(narrow: Callable[[Rows, Any], Rows]) -> Narrow:
    """Narrow by a flag that is set; one that is not leaves all rows."""
    return lambda rows, value, view: narrow(rows, view) if value else rows


def with_serial(model: Any, serials: Any) -> Any:
    """Return rows of a model by one serial or several, to be compared with a key."""
    wanted = serials if isinstance(serials, list) else [serials]
    return model.objects.filter(id__serial__in=wanted)


def read_activity(query: Query, name: str) -> tuple[bool, bool]:
    """Read `true,false`: whether active assets are shown, and inactive ones."""
    words = query.texts(name)
    if not 1 <= len(words) <= 2:
        raise malformed(query.text(name))
    shows = [read_flag(word) for word in words]
    return shows[0], len(shows) > 1 and shows[1]


def shown_activity(asked: Any) -> tuple[bool, bool]:
    """Return whether active and inactive assets are asked for; active ones are."""
    told = (asked.get("includeactive", True), asked.get("includeinactive", False))
    found: tuple[bool, bool] = asked.get("activeinactive", told)
    return found


def by_activity(rows: Any, asked: Any) -> Any:
    """Narrow to active or inactive assets; active ones unless told otherwise."""
    active, inactive = shown_activity(asked)
    if active and inactive:
        return rows
    return rows.filter(active=active) if active or inactive else rows.none()


def at_site(rows: Any, value: Any, view: Any) -> Any:
    """Narrow to assets whose effective location it is."""
    return rows.placed_at(with_serial(Location, value))


def of_caller(rows: Any, view: Any) -> Any:
    """Narrow to the caller's own."""
    return rows.assigned_to(view.actor)


def bookmarked(rows: Any, view: Any) -> Any:
    """Narrow to what the caller has bookmarked."""
    return rows.bookmarked_by(view.actor)


def at_own_site(rows: Any, view: Any) -> Any:
    """Narrow to the sites that the caller's memberships name as home."""
    own = Membership.objects.filter(user=view.actor, location__isnull=False)
    return rows.placed_at(Location.objects.filter(pk__in=own.values("location")))


def of_user(rows: Any, value: int, view: Any) -> Any:
    """Narrow to a person's assets, or on their behalf to all that they may see."""
    if not view.asked.get("islogonbehalfview"):
        return rows.filter(with_serials(rows.model, "device__user", [value]))
    person = User.objects.visible_to(view.actor).filter(id__serial=value).first()
    return rows.none() if person is None else rows.visible_to(person)


def in_groups(rows: Any, value: Any, view: Any) -> Any:
    """Narrow to the assets that stand in one of the groups."""
    wanted = value if isinstance(value, list) else [value]
    members = GroupMember.objects.filter(
        with_serials(GroupMember, "group", wanted), group__deleted_at=None
    )
    return rows.filter(pk__in=members.values("asset"))


def without(rows: Any, value: list[int], view: Any) -> Any:
    """Leave out these assets."""
    return rows.exclude(id__serial__in=value)


def with_tag(rows: Any, value: str, view: Any) -> Any:
    """Narrow to one inventory number."""
    return rows.tagged(value)


def linked_to(rows: Any, value: int, view: Any) -> Any:
    """Narrow to the assets beside, above or right under one that the caller sees."""
    one = view.visible(view.get_queryset()).filter(id__serial=value)
    key = one.values_list("pk", flat=True).first()
    return rows.none() if key is None else rows.linked_to(key)


def licensed(rows: Any, value: int, view: Any) -> Any:
    """Narrow to the assets with a seat of a licence that the caller sees."""
    licences = Licence.objects.visible_to(view.actor).filter(id__serial=value)
    seats = Allocation.objects.filter(licence__in=licences.values("pk"))
    return rows.filter(pk__in=seats.values("asset"))


def items_of(view: Any) -> Any:
    """Return the work items that the caller sees, of assets and groups."""
    found = WorkItem.objects.visible_to(view.actor).order_by()
    return found.filter(asset_group__isnull=False)


def of_ticket(rows: Any, value: int, view: Any) -> Any:
    """Narrow to the asset of a work item."""
    items = items_of(view).filter(id__serial=value)
    return rows.filter(pk__in=items.values("asset_group"))


def of_ticket_type(rows: Any, value: int, view: Any) -> Any:
    """Narrow to assets with work items of a type."""
    items = items_of(view).filter(type=TICKET_TYPES.get(value, ""))
    return rows.filter(pk__in=items.values("asset_group"))


def of_any_ticket(rows: Any, view: Any) -> Any:
    """Narrow to assets with work items."""
    return rows.filter(pk__in=items_of(view).values("asset_group"))


def previous_items(view: Any) -> Any:
    """Return the work items that `previously_selected` looks at.

    Those of a client, of a site that the asset is at, or written down by a person.
    """
    items, asked = items_of(view), view.asked
    if client := asked.get("previously_selected_client_id"):
        items = items.filter(with_serials(items.model, "organisation", [client]))
    if user := asked.get("previously_selected_user_id"):
        items = items.filter(with_serials(items.model, "created_by", [user]))
    if site := asked.get("previously_selected_site_id"):
        there = view.get_queryset().placed_at(with_serial(Location, site))
        items = items.filter(asset_group__in=there.values("pk"))
    return items


def previously(rows: Any, value: Any, view: Any) -> Any:
    """Narrow to assets with such work items, unless the flag is sent as false."""
    if not view.asked.get("previously_selected", True):
        return rows
    return rows.filter(pk__in=previous_items(view).values("asset_group"))


def integrated(rows: Any, value: Any, view: Any) -> Any:
    """Narrow to assets that a program watches, for one of the tenants, if any."""
    wanted = Q()
    if kind := view.asked.get("integration_type"):
        wanted &= Q(integration_type=kind)
    if tenants := view.asked.get("integration_tenantids"):
        wanted &= Q(tenant_id__in=tenants)
    links = IntegrationLink.objects.filter(wanted)
    return rows.filter(pk__in=links.values("asset"))


def watched_by_domotz(rows: Any, view: Any) -> Any:
    """Narrow to assets with a Domotz agent."""
    return rows.integrated_with(IntegrationType.DOMOTZ)


def consignable(rows: Any, view: Any) -> Any:
    """Narrow to assets that may be consigned: all but those that say otherwise."""
    return rows.exclude(device__non_consignable=True)


def on_line(rows: Any, value: int, view: Any) -> Any:
    """Narrow to assets on a line of a sales order."""
    return rows.on_line(ReferenceKind.SALES_ORDER, value)


def record(name: str) -> Parameter:
    """Return a parameter that names records of another system by number."""

    def narrow(rows: Any, value: Any, view: Any) -> Any:
        numbers = value if isinstance(value, list) else [value]
        return rows.referring_to(RECORDS[name], *numbers)

    takes_many = name.endswith("s")
    return (many_ids if takes_many else one_id)(name, narrow)


def known_saved(name: str, label: str) -> Narrow:
    """Refuse a number that names no row kept in the back office."""

    def narrow(rows: Any, value: int, view: Any) -> Any:
        if getattr(view, name) is None:
            raise Malformed(f"{label} {value} was not found.")
        return rows

    return narrow


PARAMETERS: tuple[Parameter, ...] = (
    # Whose they are, where, and what
    one_id("client_id", "organisation"),
    many_ids("client_ids", "organisation"),
    one_id("site_id", at_site),
    one_id("user_id", of_user),
    one_text("username", "device__user__username"),
    one_id("assettype", "type"),
    one_id("assettype_id", "type"),
    many_ids("assettypes", "type"),
    many_ids("assetstatuses", "status"),
    one_id("assetgroup_id", in_groups),
    many_ids("assetgroups", in_groups),
    many_ids("assets", "id"),
    many_ids("excludethese", without),
    one_text("inventory_number", with_tag),
    Parameter("activeinactive", read_activity, None, TEXT),
    flag("includeactive"),
    flag("includeinactive"),
    # As the caller sees them
    flag("mine", if_true(of_caller)),
    flag("mysite", if_true(at_own_site)),
    flag("bookmarked", if_true(bookmarked)),
    flag("islogonbehalfview"),
    # What they have to do with
    one_id("linkedto_id", linked_to),
    one_id("licence_id", licensed),
    one_id("ticket_id", of_ticket),
    one_id("tickettype_id", of_ticket_type),
    flag("linked_to_ticket", if_true(of_any_ticket)),
    flag("previously_selected", previously),
    one_id("previously_selected_client_id", previously),
    one_id("previously_selected_site_id", previously),
    one_id("previously_selected_user_id", previously),
    one_of("integration_type", IntegrationType.values, integrated),
    many_ids("integration_tenantids", integrated),
    flag("domotzagents", if_true(watched_by_domotz)),
    flag("consignable", if_true(consignable)),
    *(record(name) for name in RECORDS),
    one_id("salesorder_line", on_line),
    # What the answer holds
    flag("idonly"),
    flag("noicon"),
    flag("includeassetfields"),
    many_ids("include_custom_fields"),
    flag("includeallowedstatus"),
    flag("includechildren"),
    flag("includecolumns"),
    flag("includeservices"),
    flag("includeuser"),
    flag("lastupdatefromdate"),
    flag("lastupdatetodate"),
    one_id("contract_id_adding_to"),
    one_id("columns_id", known_saved("profile", "Column profile")),
    # How they are searched
    one_id("globalSearchID", known_saved("saved_search", "Saved search")),
    flag("search_inventory_number_only"),
)
