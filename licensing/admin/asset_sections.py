"""What licensing adds to the page of an asset: its seats and its certificates."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from assets.admin.sections import (
    Cell,
    Section,
    list_of,
    named,
    newest,
    shown_of,
    table,
)
from licensing.models import Allocation, Certificate, Licence
from organisations.admin.addresses import page_of


def seats(request: HttpRequest, row: Any) -> Section:
    """Return the licences that the asset has a seat of."""
    licences = shown_of(Licence, request).order_by().values("pk")
    rows = shown_of(Allocation, request).filter(asset=row.pk, licence__in=licences)
    found, is_cut = newest(rows.select_related("licence", "created_by").order_by("-id"))
    return Section(
        key="licences",
        title="Licences",
        icon="license",
        rows=table(
            (
                named(one.licence, row),
                one.licence.end_date,
                one.created_at,
                one.created_by,
            )
            for one in found
        ),
        is_cut=is_cut,
        headings=("Seat of", "Ends", "Since", "Given by"),
        url=list_of(Allocation, asset=row.pk),
        empty="No seat of a licence.",
    )


def certificates(request: HttpRequest, row: Any) -> Section:
    """Return the certificates of the asset, those that end first at the top."""
    rows = shown_of(Certificate, request).filter(asset=row.pk)
    found, is_cut = newest(rows.order_by(F("not_after").asc(nulls_last=True), "id"))
    now = timezone.now()
    return Section(
        key="certificates",
        title="Certificates",
        icon="verified",
        rows=table(
            (
                Cell(one.name, page_of(one)),
                one.subject,
                one.not_after,
                "ended" if one.not_after and one.not_after < now else "",
            )
            for one in found
        ),
        is_cut=is_cut,
        headings=("Certificate", "Subject", "Ends", ""),
        url=list_of(Certificate, asset=row.pk),
        empty="No certificate.",
    )
