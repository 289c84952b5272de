"""The types and statuses that cells of an import name, made when they may be."""

from django.db.models import QuerySet

from assets.ephemerality import Ephemerality
from assets.models import AssetField, AssetStatus, AssetType, AssetZone
from organisations.imports import LONGEST_NAME, Terms
from organisations.imports.exporting import told_apart
from organisations.imports.references import (
    References,
    SubLocations,
    fleets,
    locations,
    meant,
    prefixes,
    spoken_description,
)
from organisations.models import Organisation

__all__ = [
    "References",
    "SubLocations",
    "fields",
    "fleets",
    "locations",
    "meant",
    "prefixes",
    "spoken_description",
    "statuses",
    "types",
    "zones",
]


def _texts(row: AssetType | AssetStatus) -> list[str]:
    # The whole text of a name that was cut is kept in the description.
    is_cut = len(row.description) > LONGEST_NAME
    return [row.name, row.description] if is_cut else [row.name]


def types(
    terms: Terms, ephemerality: Ephemerality = Ephemerality.SINGLE
) -> References[AssetType]:
    """Types of one kind, by name."""
    kind = {"ephemerality": ephemerality}
    known = AssetType.objects.of(terms.organisation).filter(**kind)

    def make(name: str, whole: str) -> AssetType:
        text = spoken_description(name, whole)
        return AssetType(
            organisation=terms.organisation, name=name, description=text, **kind
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


def fields(terms: Terms) -> References[AssetField]:
    """Custom fields, by name; their types cannot be guessed, so none is made."""
    found: References[AssetField] = References(terms, "custom field", "field_unknown")
    for row in AssetField.objects.of(terms.organisation):
        found.know(row, [row.name])
    return found


def zones(terms: Terms) -> References[AssetZone]:
    """Zones, by name or code."""

    def make(name: str, whole: str) -> AssetZone:
        text = spoken_description(name, whole)
        return AssetZone(organisation=terms.organisation, name=name, description=text)

    found: References[AssetZone] = References(
        terms,
        "zone",
        "not_found",
        make=make if "zones" in terms.missing else None,
    )
    for row in AssetZone.objects.of(terms.organisation):
        found.know(row, [row.name, row.code])
    return found


def status_names(organisation: Organisation) -> dict[int, str]:
    """Return for each status the text by which a file names it."""
    return _names(AssetStatus.objects.of(organisation))


def zone_names(organisation: Organisation) -> dict[int, str]:
    """Return for each zone the text by which a file names it."""
    found = AssetZone.objects.of(organisation).values_list("pk", "name", "code")
    return told_apart({key: texts for key, *texts in found})


def type_names(
    organisation: Organisation, ephemerality: Ephemerality
) -> dict[int, str]:
    """Return for each type of a kind the text by which a file names it."""
    known = AssetType.objects.of(organisation)
    return _names(known.filter(ephemerality=ephemerality))


def _names(found: "QuerySet[AssetType] | QuerySet[AssetStatus]") -> dict[int, str]:
    return told_apart({row.pk: _texts(row) for row in found})
