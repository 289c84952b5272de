"""What the pages of a model are called in the back office, and where they are."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse

# A model, or a row of it.
Of = type[models.Model] | models.Model


def name_of(model: Of, page: str) -> str:
    """Return what a model's page is called in the site: `changelist`, `add`, others."""
    opts = model._meta
    return f"{opts.app_label}_{opts.model_name}_{page}"


def address_of(
    model: Of, page: str, *ids: object, asked: Mapping[str, object] | None = None
) -> str:
    """Return the address of a model's page, with what it is asked for as a query."""
    address = reverse(f"admin:{name_of(model, page)}", args=ids)
    return f"{address}?{urlencode(asked)}" if asked else address


def page_of(row: models.Model, page: str = "change", *more: object) -> str:
    """Return the address of a row's own page, or of another one about it."""
    return address_of(row, page, quote(row.pk), *more)
