"""Every page of the back office, for operators and for the staff of an organisation."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import models
from django.forms import Form
from django.urls import reverse
from django.utils.formats import localize
from oauth2_provider.models import Application

from assets.models import Asset
from organisations.models import Location, Organisation, User
from tests.back_office import (
    ADDED_BY_OPERATORS,
    CASES,
    WITHOUT_PAGES,
    as_staff,
    page,
    registered,
)
from tests.cast import Cast
from tests.counting import queries_of_page
from tests.factories.organisations import MembershipFactory

OK, FORBIDDEN = HTTPStatus.OK, HTTPStatus.FORBIDDEN
every_model = pytest.mark.parametrize(
    "model", registered(), ids=lambda model: model._meta.label
)
Model = type[models.Model]


def test_it_has_a_case_for_every_registered_model() -> None:
    assert set(CASES) == set(registered())


def test_it_says_whether_a_list_is_empty_or_nothing_matches(cast: Cast) -> None:
    client, address = as_staff(cast.owner), page(Asset, "changelist")
    empty = client.get(address).content.decode()
    searched = client.get(address, {"q": "zzz"}).content.decode()
    assert "There is nothing here yet." in empty
    assert "Reset search and filters" not in empty
    assert "Nothing matches the search and the filters." in searched
    assert "Reset search and filters" in searched


def test_it_counts_the_hours_of_a_day_to_24() -> None:
    evening = datetime(2026, 11, 22, 23, 19, tzinfo=UTC)
    assert localize(evening) == "22 Nov 2026, 23:19"


@pytest.mark.parametrize(
    ("page_of", "beside"),
    [
        ("assets_assetgroup_compose_new", "assets_assetgroup_changelist"),
        ("organisations_fleetshare_inbox", "organisations_fleetshare_changelist"),
    ],
)
def test_it_marks_one_line_of_the_sidebar(
    cast: Cast, page_of: str, beside: str
) -> None:
    MembershipFactory(organisation=cast.other, user=cast.owner)
    client = as_staff(cast.owner)
    for name in (page_of, beside):
        address = reverse(f"admin:{name}")
        answer = client.get(address)
        lines = [
            line
            for group in answer.context["sidebar_navigation"]
            for line in group["items"]
        ]
        assert [str(line["link"]) for line in lines if line["active"]] == [address]


def test_it_registers_every_model_of_the_register() -> None:
    labels = ("organisations", "assets", "licensing", "devices")
    ours = [one for label in labels for one in apps.get_app_config(label).get_models()]
    missing = {model.__name__ for model in ours} - {m.__name__ for m in registered()}
    assert missing == WITHOUT_PAGES


@pytest.fixture
def operator(cast: Cast) -> Any:
    return as_staff(cast.manager, is_superuser=True)


@pytest.fixture
def owner(cast: Cast) -> Any:
    return as_staff(cast.owner)


@every_model
def test_it_shows_operators_every_row(model: Model, cast: Cast, operator: Any) -> None:
    for address in addresses(model, CASES[model].make(cast.other)):
        assert operator.get(address).status_code == OK


@every_model
def test_it_shows_staff_their_own_rows(model: Model, cast: Cast, owner: Any) -> None:
    case = CASES[model]
    for address in addresses(model, case.make(cast.organisation)):
        answer = owner.get(address)
        assert (answer.status_code == OK) is not case.is_for_operators


def addresses(model: Model, row: models.Model) -> list[str]:
    """Return the addresses of the list, of a row's page and of its history."""
    key = row.pk
    pages = [page(model, name, key) for name in ("change", "history")]
    return [page(model, "changelist"), *pages]


@every_model
def test_it_offers_a_new_row_to_those_who_may_add_one(
    model: Model, cast: Cast, operator: Any, owner: Any
) -> None:
    case = CASES[model]
    adds = OK if case.adds or model in ADDED_BY_OPERATORS else FORBIDDEN
    assert operator.get(page(model, "add")).status_code == adds
    assert owner.get(page(model, "add")).status_code == (OK if case.adds else FORBIDDEN)


@every_model
def test_it_asks_before_it_deletes(model: Model, cast: Cast, owner: Any) -> None:
    case = CASES[model]
    row = case.make(cast.organisation)
    answer = owner.get(page(model, "delete", row.pk))
    assert answer.status_code == (OK if case.deletes else FORBIDDEN)


@every_model
def test_it_finds_rows(model: Model, cast: Cast, operator: Any) -> None:
    row = CASES[model].make(cast.organisation)
    for term in (str(row), "9" * 30 + " '\"%"):
        answer = operator.get(page(model, "changelist"), {"q": term})
        assert answer.status_code == OK


@pytest.mark.parametrize(
    "model",
    [model for model in registered() if CASES[model].adds] + [User],
    ids=lambda model: model._meta.label,
)
def test_it_survives_whatever_is_typed(model: Model, cast: Cast, operator: Any) -> None:
    row = CASES[model].make(cast.organisation)
    kind = getattr(row, "type_id", None) or ""
    chosen = {"organisation": cast.organisation.pk, "type": kind}
    for address in (page(model, "add"), page(model, "change", row.pk)):
        names = list(form_at(operator, address, chosen).fields)
        names += [f"{name}_{part}" for name in names for part in (0, 1)]
        for text in ("\0", "9" * 400 + "<b>'\"{{ x }}"):
            typed = dict.fromkeys(names, text)
            answer = operator.post(f"{address}?{urlencode(chosen)}", typed)
            assert answer.status_code in {OK, HTTPStatus.FOUND, FORBIDDEN}
            assert "<b>" not in answer.content.decode()


def form_at(client: Any, address: str, chosen: dict[str, Any]) -> Any:
    """Return the form of a page, an empty one where there is none."""
    answer = client.get(address, chosen)
    context = answer.context or {}
    return context["adminform"].form if "adminform" in context else Form()


@pytest.mark.parametrize("model", [Asset, Location, Application])
def test_it_copies_no_row(model: Model, cast: Cast, operator: Any) -> None:
    row = CASES[model].make(cast.organisation)
    address = page(model, "change", row.pk)
    assert operator.post(address, {"_saveasnew": "1"}).status_code == FORBIDDEN


@every_model
def test_it_reads_a_list_with_as_many_queries_for_fifty_rows_as_for_two(
    model: Model, cast: Cast, operator: Any
) -> None:
    make, address = CASES[model].make, page(model, "changelist")
    make_rows(make, cast, 2)
    few = queries_of_page(operator, address)
    make_rows(make, cast, 48)
    assert queries_of_page(operator, address) == few


def make_rows(make: Any, cast: Cast, count: int) -> None:
    """Make rows; an organisation is a row itself."""
    for number in range(count):
        organisation = cast.organisation
        if make(organisation) == organisation:
            Organisation.objects.create(name=f"Another {number}", owner=cast.owner)
