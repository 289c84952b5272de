"""The start page: numbers that lead to their rows, or the first steps of a register."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import Http404, HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget

from assets.models import Asset, AssetType
from config.start import recent
from config.start.figures import (
    Counted,
    Figure,
    Reader,
    count,
    ends,
    largest,
    open_work,
    rest,
    seats,
    totals,
)
from licensing.models import Certificate, Licence
from organisations.admin.addresses import address_of
from organisations.admin.ids import is_id
from organisations.admin.widgets import Search
from organisations.models import Change, ImportRun, Organisation

ORGANISATION = "organisation"
# Among more organisations than this one searches.
MOST_OFFERED = 100

CHARTS = (
    ("status", "Assets by status"),
    ("type", "Assets by type"),
    ("location", "Assets by location"),
)
NOTES = {"location": "Where the group is that governs them, else their own place."}

# What the first things may be added by, one at a time.
FORMS = (
    (AssetType, "Describe a type", "Every asset is of one.", "category"),
    (Asset, "Add an asset", "One at a time, in a form.", "train"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a chart; the width is in per cent of the longest."""

    counted: Counted
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Assets counted by one of their relations, the largest counts first."""

    relation: str
    title: str
    bars: Sequence[Bar]
    # Assets of all that no bar is shown for.
    others: Counted
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the person may do to begin with."""

    title: str
    text: str
    icon: str
    address: str


def start_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to what unfold shows at the start our numbers, in a fixed number of queries.

    Called by the name that stands in the settings, as unfold wishes.
    """
    site = admin.site
    listed: Any = site.get_model_admin(Organisation)
    offered = listed.get_queryset(request).order_by("name", "id")
    first = list(offered[: MOST_OFFERED + 1])
    chosen = _chosen(request, offered, first)
    among = [] if len(first) > MOST_OFFERED else [one.pk for one in first]
    reader = Reader(site, request, chosen, among)
    numbers = _numbers(reader)
    return {
        **context,
        **numbers,
        "chosen": chosen,
        "shows_organisations": len(first) > 1 and chosen is None,
        "choice": _choice(site, offered, first, chosen),
        "searches": len(first) > MOST_OFFERED,
        "charts": _charts(reader, numbers["totals"][0].count),
        "changes": recent.changes(reader),
        "changes_address": reader.address(Change, {}),
        "imports": recent.imports(reader),
        "imports_address": reader.address(ImportRun, {}),
        "steps": list(_steps(reader, has_any=bool(first))),
    }


def _chosen(
    request: HttpRequest, offered: Any, first: Sequence[Organisation]
) -> Organisation | None:
    """Return the organisation that the address names; 404 for one not to be seen."""
    given = request.GET.get(ORGANISATION, "")
    if not given:
        return None
    if not is_id(given):
        raise Http404
    found = next((one for one in first if one.pk == int(given)), None)
    if found is None and len(first) > MOST_OFFERED:
        found = offered.filter(pk=int(given)).first()
    if found is None:
        raise Http404
    return found


def _choice(
    site: AdminSite,
    offered: Any,
    first: Sequence[Organisation],
    chosen: Organisation | None,
) -> forms.Form | None:
    """Return the form that narrows the page; none for who has one organisation."""
    if len(first) < 2:
        return None
    label = "Organisation"
    field: forms.Field
    if len(first) > MOST_OFFERED:
        widget = Search(Asset._meta.get_field(ORGANISATION), site)
        field = forms.ModelChoiceField(
            offered, label=label, required=False, widget=widget
        )
    else:
        choices = [("", "All organisations"), *((str(x.pk), x.name) for x in first)]
        field = forms.ChoiceField(
            label=label, choices=choices, required=False, widget=UnfoldAdminSelectWidget
        )
    form = type("OrganisationForm", (forms.Form,), {ORGANISATION: field})
    found: forms.Form = form(initial={ORGANISATION: chosen.pk if chosen else ""})
    return found


def _numbers(reader: Reader) -> dict[str, Any]:
    """Count all that stands outside of the charts, in one query."""
    parts: dict[str, list[Figure]] = {
        "totals": totals(),
        "work": open_work(),
        "seats": seats(),
        "licence_ends": ends(Licence, "end_date", {"is_active__exact": 1}),
        "certificate_ends": ends(Certificate, "not_after", {}),
    }
    counted = iter(count(reader, [one for part in parts.values() for one in part]))
    found = {name: [next(counted) for _ in part] for name, part in parts.items()}
    return {
        **found,
        "is_empty": not any(one.count for one in [*found["totals"], *found["work"]]),
        "ends_by_horizon": [
            (licences.label, licences, certificates)
            for licences, certificates in zip(
                found["licence_ends"], found["certificate_ends"], strict=True
            )
        ],
    }


def _charts(reader: Reader, total: int) -> list[Chart]:
    counts = largest(reader, [relation for relation, _ in CHARTS])
    return [
        _chart(
            relation,
            title,
            counts[relation],
            rest(reader, relation, counts[relation], total),
        )
        for relation, title in CHARTS
    ]


def _chart(
    relation: str, title: str, counts: Sequence[Counted], others: Counted
) -> Chart:
    longest = max([others.count, *(one.count for one in counts)]) or 1
    bars = [Bar(one, round(100 * one.count / longest, 1)) for one in counts]
    return Chart(relation, title, bars, others, NOTES.get(relation, ""))


def _steps(reader: Reader, *, has_any: bool) -> Iterator[Step]:
    """Yield what the person may begin with: nothing that would be refused."""
    if not has_any:
        yield Step(
            "Found an organisation",
            "It owns what you register, and you decide who else works on it.",
            "domain",
            address_of(Organisation, "add"),
        )
        return
    forms_of = [one for one in FORMS if reader.may_add(one[0])]
    imports: Any = reader.site.get_model_admin(ImportRun)
    if forms_of and imports.has_upload_permission(reader.request):
        yield Step(
            "Import a file",
            "A spreadsheet or CSV file you already have: look at its columns, "
            "try it, then load it. Types, statuses and places can come with it.",
            "upload",
            _begun(reader, ImportRun, "upload"),
        )
    for model, title, text, icon in forms_of:
        yield Step(title, text, icon, _begun(reader, model, "add"))


def _begun(reader: Reader, model: type[Model], page: str) -> str:
    """Return the address of a form, in the organisation that is shown, if one is."""
    chosen = reader.organisation
    asked = {ORGANISATION: chosen.pk} if chosen else {}
    return address_of(model, page, asked=asked)
