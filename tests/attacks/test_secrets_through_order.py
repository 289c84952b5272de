"""Attack: learn a secret letter by letter, from the order or the number of rows.

No list is ordered, filtered or searched by a column that its reader may not read.
"""

import json
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory

from organisations.encryption import SecretField
from tests.back_office import as_staff, page, registered
from tests.cast import Cast
from tests.factories.licensing import make_certificate, make_info

pytestmark = pytest.mark.django_db

# Columns of other packages that are secrets, or the checksum of one.
SECRETS = {
    *("password", "token", "token_checksum", "client_secret", "checksum"),
    *("session_data", "session_key", "source_refresh_token"),
}


def secret_columns() -> set[str]:
    """Return the names of all columns that hold a secret."""
    found = {
        field.name
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SecretField)
    }
    assert "password" in found
    return found | SECRETS


def test_it_finds_no_secret_by_order_or_filter(cast: Cast) -> None:
    make_info(cast.organisation, "aaa")
    make_info(cast.organisation, "bbb")
    make_certificate(cast.organisation)
    client: Any = cast.client("owner")
    names = secret_columns()

    for path in ("/api/LicenseInfo", "/api/Asset", "/api/SoftwareLicence"):
        for name in names:
            search = [{"filter_name": name, "filter_type": 6, "filter_value": "a"}]
            assert client.get(path, {"order": name}).status_code == 400, name
            asked = {"advanced_search": json.dumps(search)}
            if path != "/api/SoftwareLicence":
                assert client.get(path, asked).status_code == 400, (path, name)
    for path in ("assets", "members", "asset-groups"):
        for name in names:
            asked = {"$orderby": f"created_by/{name}"}
            assert client.get(f"{cast.path}/{path}", asked).status_code == 400
    found = client.get("/api/LicenseInfo?search=aaa").json()
    assert found["record_count"] in {0, 2}
    assert "aaa" not in json.dumps(found)


@pytest.mark.parametrize("model", registered(), ids=lambda model: model._meta.label)
def test_it_shows_sorts_and_searches_no_secret_in_lists(cast: Cast, model: Any) -> None:
    page_of = admin.site._registry[model]
    request = RequestFactory().get("/")
    request.user = cast.owner
    names = secret_columns()
    used = {
        *map(str, page_of.list_display),
        *map(str, page_of.get_search_fields(request)),
        *map(str, page_of.list_filter),
        *map(str, page_of.get_sortable_by(request) or ()),
        *map(str, page_of.ordering or ()),
    }

    parts = {part for one in used for part in one.lstrip("-^=@").split("__")}

    own = {field.name for field in model._meta.get_fields()}
    relations = {field.name for field in model._meta.get_fields() if field.is_relation}
    # `token` names a row elsewhere, whose own columns count there.
    assert parts & names & own - relations == set()


def test_it_counts_nothing_by_a_secret(cast: Cast) -> None:
    info = make_info(cast.organisation, "canary")
    client = as_staff(cast.owner, is_superuser=True)

    listed = client.get(page(type(info), "changelist"), {"q": "canary"})
    asked = client.get(page(type(info), "changelist"), {"password__startswith": "c"})

    assert listed.context["cl"].result_count == 0
    assert asked.status_code in {302, 400}
