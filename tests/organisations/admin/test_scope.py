"""Staff of one organisation cannot learn that a row of another exists."""

from http import HTTPStatus
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from oauth2_provider.models import AccessToken, Application

from organisations.models import Change, FleetShare, Membership, PersonalToken, User
from tests.back_office import CASES, as_staff, page, registered
from tests.cast import Cast
from tests.told import told

Model = type[models.Model]
MISSING = 1_234_567
NO_IDS = ["abc", "9" * 30, "٣"]

scoped = [model for model in registered() if not CASES[model].is_for_operators]
every_model = pytest.mark.parametrize(
    "model", scoped, ids=lambda model: model._meta.label
)
with_forms = pytest.mark.parametrize(
    "model",
    [model for model in scoped if CASES[model].adds],
    ids=lambda model: model._meta.label,
)


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


@every_model
def test_it_answers_foreign_rows_like_missing_ones(
    model: Model, cast: Cast, client: Client
) -> None:
    foreign = CASES[model].make(cast.other).pk
    for name in ("change", "history", "delete"):
        there = told(client, page(model, name, foreign), foreign)
        missing = told(client, page(model, name, MISSING), MISSING)
        assert there == missing


@every_model
def test_it_posts_to_foreign_rows_like_missing_ones(
    model: Model, cast: Cast, client: Client
) -> None:
    foreign = CASES[model].make(cast.other).pk
    for name in ("change", "delete"):
        there = client.post(page(model, name, foreign), {"post": "yes"})
        missing = client.post(page(model, name, MISSING), {"post": "yes"})
        assert there.status_code == missing.status_code
        assert there.headers.get("Location") == missing.headers.get("Location")
    assert model._default_manager.filter(pk=foreign).exists()


@every_model
def test_it_lists_no_foreign_row(model: Model, cast: Cast, client: Client) -> None:
    own, foreign = (CASES[model].make(one) for one in (cast.organisation, cast.other))
    content = client.get(page(model, "changelist")).content.decode()
    assert page(model, "change", own.pk) in content
    assert page(model, "change", foreign.pk) not in content


@every_model
def test_it_filters_by_a_foreign_row_like_by_a_missing_one(
    model: Model, cast: Cast, client: Client
) -> None:
    answer = client.get(page(model, "changelist"))
    for spec in answer.context["cl"].filter_specs:
        field = getattr(spec, "field", None)
        if field is None or not field.is_relation:
            continue
        foreign = CASES[field.related_model].make(cast.other).pk
        asked = f"{page(model, 'changelist')}?{spec.lookup_kwarg}="
        assert told(client, f"{asked}{foreign}", foreign) == told(
            client, f"{asked}{MISSING}", MISSING
        )


def relations() -> list[Any]:
    """Return every field of a registered model that refers to a registered one."""
    return [
        field
        for model in scoped
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if field.is_relation and field.related_model in CASES
    ]


@pytest.mark.parametrize("field", relations(), ids=str)
def test_it_offers_no_foreign_row(field: Any, cast: Cast, client: Client) -> None:
    case = CASES[field.related_model]
    own, foreign = (case.make(one) for one in (cast.organisation, cast.other))
    asked = {
        "app_label": field.model._meta.app_label,
        "model_name": field.model._meta.model_name,
        "field_name": field.name,
    }
    address = reverse("admin:autocomplete")
    for narrowed in ({}, {"organisation": cast.other.pk}, {"organisation": "x"}):
        answer = client.get(address, asked | narrowed).json()
        offered = {result["id"] for result in answer["results"]}
        assert str(foreign.pk) not in offered
        assert (str(own.pk) in offered) or narrowed
        found = client.get(address, asked | {"term": str(foreign.pk)}).json()
        assert found["results"] == []


@with_forms
def test_it_takes_foreign_rows_in_forms_for_missing_ones(
    model: Model, cast: Cast, client: Client
) -> None:
    for address in addresses_of_forms(model, cast):
        foreign = foreign_choices(client, address, cast)
        if not foreign:
            continue
        there = errors_of(client, address, foreign)
        assert there == errors_of(client, address, dict.fromkeys(foreign, MISSING))
        assert foreign.keys() <= there.keys()
        for text in ("9" * 30, "☃"):
            wrong = errors_of(client, address, dict.fromkeys(foreign, text))
            assert foreign.keys() <= wrong.keys()


@with_forms
def test_it_names_no_foreign_row_that_an_address_chooses(
    model: Model, cast: Cast, client: Client
) -> None:
    address = addresses_of_forms(model, cast)[0]
    chosen = foreign_choices(client, address, cast)
    query = urlencode(chosen)
    answer = client.get(f"{address}{'&' if '?' in address else '?'}{query}")
    for key in chosen.values():
        assert f'<option value="{key}"' not in answer.content.decode()


def addresses_of_forms(model: Model, cast: Cast) -> list[str]:
    """Return the addresses of the forms that add and change rows."""
    row = CASES[model].make(cast.organisation)
    kind = getattr(row, "type_id", None)
    query = f"?type={kind}" if kind else ""
    return [page(model, "add") + query, page(model, "change", row.pk)]


def foreign_choices(client: Client, address: str, cast: Cast) -> dict[str, Any]:
    """Return a foreign row's id for every input of a form that names a row."""
    fields = client.get(address).context["adminform"].form.fields
    return {
        name: CASES[field.queryset.model].make(cast.other).pk
        for name, field in fields.items()
        if getattr(field, "queryset", None) is not None
    }


def errors_of(
    client: Client, address: str, values: dict[str, object]
) -> dict[str, str]:
    """Return what a form says of its inputs, the values left out."""
    answer = client.post(address, values)
    assert answer.status_code == HTTPStatus.OK
    errors: dict[str, str] = {}
    for name, said in answer.context["adminform"].form.errors.items():
        errors[name] = str(said).replace(str(values.get(name)), "VALUE")
    return errors


@with_forms
def test_it_adds_nothing_to_a_foreign_organisation(
    model: Model, cast: Cast, client: Client
) -> None:
    before = Change.objects.filter(organisation=cast.other).count()
    for key in (cast.other.pk, MISSING, "x"):
        address = f"{page(model, 'add')}?organisation={key}"
        client.post(address, {"name": "Intruder", "value": "Intruder"})
    assert Change.objects.filter(organisation=cast.other).count() == before


@every_model
def test_it_takes_what_is_no_id_for_a_missing_row(model: Model, client: Client) -> None:
    for key, name in product(NO_IDS, ("change", "history", "delete")):
        answer = client.get(page(model, name, key))
        assert answer.status_code in {HTTPStatus.FOUND, HTTPStatus.FORBIDDEN}


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (User, "password__startswith"),
        (User, "email__startswith"),
        (User, "memberships__organisation"),
        (User, "normalised_last_name"),
        (Membership, "user__password__startswith"),
        (Membership, "user__memberships__organisation"),
        (FleetShare, "fleet__organisation__owner__email"),
        (PersonalToken, "token__token_checksum__startswith"),
        (Application, "client_secret__startswith"),
        (AccessToken, "application__client_secret__startswith"),
    ],
)
def test_it_answers_no_question_that_the_list_does_not_ask(
    model: Model, lookup: str, client: Client
) -> None:
    answer = client.get(page(model, "changelist"), {lookup: "1"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_it_shows_fellow_members_by_name_only(cast: Cast, client: Client) -> None:
    cast.member.email = "secret@example.org"
    cast.member.save()
    lists = reverse("admin:organisations_user_changelist")
    found = client.get(lists, {"q": "secret@"}).content.decode()
    assert page(type(cast.member), "change", cast.member.pk) not in found
    shown = client.get(page(type(cast.member), "change", cast.member.pk))
    assert "secret@" not in shown.content.decode()


def test_it_lets_nobody_in_who_is_not_staff(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.manager, "django.contrib.auth.backends.ModelBackend")
    for model in registered():
        answer = client.get(page(model, "changelist"))
        assert answer.status_code == HTTPStatus.FOUND
        assert "/login/" in answer.headers["Location"]
    asked = reverse("admin:autocomplete")
    assert client.get(asked).status_code == HTTPStatus.FOUND


def test_it_closes_to_staff_who_have_left(cast: Cast, client: Client) -> None:
    row = CASES[type(cast.organisation)].make(cast.organisation)
    cast.owner.memberships.all().delete()
    answer = client.get(page(type(row), "change", row.pk))
    assert answer.status_code == HTTPStatus.FOUND
