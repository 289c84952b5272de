"""The types and statuses that cells of an import name, made when they may be."""

from assets.ephemerality import Ephemerality
from assets.models import AssetStatus, AssetType
from organisations.imports import LONGEST_NAME, Terms
from organisations.imports.references import (
    References,
    SubLocations,
    fleets,
    locations,
    prefixes,
    spoken_description,
)

__all__ = [
    "References",
    "SubLocations",
    "fleets",
    "locations",
    "prefixes",
    "spoken_description",
    "statuses",
    "types",
]


def _texts(row: AssetType | AssetStatus) -> list[str]:
    # The whole text of a name that was cut is kept in the description.
    is_cut = len(row.description) > LONGEST_NAME
    return [row.name, row.description] if is_cut else [row.name]


def types(terms: Terms) -> References[AssetType]:
    """Types of single assets, by name."""
    single = {"ephemerality": Ephemerality.SINGLE}
    known = AssetType.objects.of(terms.organisation).filter(**single)

    def make(name: str, whole: str) -> AssetType:
        text = spoken_description(name, whole)
        return AssetType(
            organisation=terms.organisation, name=name, description=text, **single
        )

    found: References[AssetType] = References(
        terms,
        "asset type",
        "asset_type_required",
        make=make if "types" in terms.missing else None,
    )
    for row in known:
        found.know(row, _texts(row))
    return found


def statuses(terms: Terms) -> References[AssetStatus]:
    """Statuses, by name."""

    def make(name: str, whole: str) -> AssetStatus:
        text = spoken_description(name, whole)
        return AssetStatus(organisation=terms.organisation, name=name, description=text)

    found: References[AssetStatus] = References(
        terms,
        "status",
        "status_invalid",
        make=make if "statuses" in terms.missing else None,
    )
    for row in AssetStatus.objects.of(terms.organisation):
        found.know(row, _texts(row))
    return found
