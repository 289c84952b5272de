"""What bodies of licences refer to: suppliers elsewhere, and assets to be licensed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from assets.models import Asset
from config.api.device.elements import Element, Problems
from config.api.snowflake import serial_of
from licensing.kinds import ReferenceKind
from licensing.services.references import Wanted, ensure_references
from organisations.models import Organisation, User

ITEMS = "add_configuration_items"
SUPPLIER = ("supplier_number", "supplier_label")
# How many ids one query takes.
BATCH = 5_000


def name_suppliers(elements: Iterable[Element], actor: User) -> None:
    """Put the supplier of each element into its values; those that are new are made.

    Organisations are taken in the order of ids, as making suppliers locks them.
    """
    owners: dict[int, Organisation] = {}
    wanted: dict[int, list[tuple[Element, Wanted]]] = defaultdict(list)
    for element in elements:
        if element.values.keys().isdisjoint(SUPPLIER):
            continue
        owner = element.values.get("organisation") or element.row.organisation
        owners[owner.pk] = owner
        wanted[owner.pk].append((element, _wanted(element)))
    for key in sorted(owners):
        said = [one for _, one in wanted[key]]
        found = ensure_references(organisation=owners[key], wanted=said, actor=actor)
        for element, one in wanted[key]:
            element.values["supplier"] = found.get(one.key)


def _wanted(element: Element) -> Wanted:
    number, label = (element.values.pop(name, None) for name in SUPPLIER)
    return Wanted(ReferenceKind.SUPPLIER, number or 0, label or "", "supplier_name")


def find_assets(
    elements: Sequence[Element],
    problems: Problems,
    user: User,
    owner_of: Callable[[Element], int | None],
) -> None:
    """Turn the items of each element into the keys of assets.

    One that is unknown or of another organisation than the licence is noted alike.
    """
    named = {
        element.index: [item["id"] for item in element.values.get(ITEMS) or ()]
        for element in elements
    }
    owners = _owners({one for serials in named.values() for one in serials}, user)
    for element in elements:
        if ITEMS not in element.values:
            continue
        keys = []
        for place, serial in enumerate(named[element.index]):
            key, owner = owners.get(serial, (0, None))
            if owner is None or owner != owner_of(element):
                sentence = f"Asset {serial} was not found."
                problems.note(element, {f"{ITEMS}[{place}].id": [sentence]})
            keys.append(key)
        element.values[ITEMS] = keys


def _owners(serials: set[int], user: User) -> Mapping[int, tuple[int, int]]:
    """Return the key and the organisation of each visible asset, by its serial."""
    assets: QuerySet[Any, Any] = Asset.objects.present().visible_to(user)
    ordered, found = sorted(serials), {}
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        rows = assets.filter(id__serial__in=batch)
        for key, owner in rows.values_list("pk", "organisation_id"):
            found[serial_of(key)] = key, owner
    return found
