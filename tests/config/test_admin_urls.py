"""Every address of the back office, and what staff learn there of foreign rows.

An address that is neither one of the five of a model nor has a line here fails.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from operator import attrgetter
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from oauth2_provider.models import Application

from assets.models import Asset, AssetGroup, Attachment, Equipment
from organisations.admin.reverting import RevertingMixin
from organisations.models import FleetShare, ImportRun, Membership, Organisation, User
from tests.back_office import CASES, as_staff, page, registered
from tests.cast import Cast
from tests.told import told

Model = type[models.Model]
MISSING = 1_234_567
scoped = [model for model in registered() if not CASES[model].is_for_operators]
PER_MODEL = ("changelist", "add", "change", "history", "delete")
# Forms that were sent from what an address without a name leads to.
NAMELESS = {"<path:object_id>/", "(?P<url>.*)$"}


def row_of(model: Model) -> Callable[[Organisation], int]:
    """Return what makes a row of a model in an organisation, and tells its id."""

    def make(organisation: Organisation) -> int:
        key: int = CASES[model].make(organisation).pk
        return key

    return make


@dataclass(frozen=True)
class Asked:
    """What is sent to an address of no row; `{}` stands for the id of a foreign one."""

    parameters: str = ""
    posted: Mapping[str, str] = field(default_factory=dict)
    make: Callable[[Organisation], int] = attrgetter("pk")


# Addresses of no row, and how they are asked about a foreign one: an organisation,
# unless something else is made.
WITHOUT_ROW: dict[str, Asked] = {
    "index": Asked(),
    "login": Asked("next=/admin/organisations/organisation/{}/change/"),
    "logout": Asked(),
    "password_change": Asked(),
    "password_change_done": Asked(),
    "jsi18n": Asked(),
    "autocomplete": Asked(
        "app_label=assets&model_name=asset&field_name=organisation"
        "&term={0}&organisation={0}"
    ),
    "search": Asked("s={}&extended=1"),
    "assets_assetgroup_compose_new": Asked(
        posted={"act": "add:{}", "member": "{}", "term": "{}"}, make=row_of(Asset)
    ),
    "assets_assetgroup_compose_new_preview": Asked(
        "organisation={}", {"act": "add:{}", "member": "{}"}
    ),
    "organisations_fleetshare_inbox": Asked(
        "p={}", {"share": "{}", "status": "accepted"}, row_of(FleetShare)
    ),
    "organisations_importrun_upload": Asked("organisation={}"),
    "organisations_role_compare": Asked("organisation={}"),
}
# Pages that change many rows of a list at once.
WITHOUT_ROW |= {
    f"{model._meta.app_label}_{model._meta.model_name}_{action.name}": Asked(
        posted={"rows": "{}:0", "preview": "1"}, make=row_of(model)
    )
    for model in registered()
    for action in getattr(admin.site.get_model_admin(model), "bulk_actions", ())
}
# Addresses of a row, and what makes one.
OF_A_ROW: dict[str, Callable[[Organisation], int]] = {
    "assets_asset_log": row_of(Asset),
    "assets_assetgroup_compose": row_of(AssetGroup),
    "assets_assetgroup_compose_preview": row_of(AssetGroup),
    "assets_attachment_file": row_of(Attachment),
    "assets_attachment_thumbnail": row_of(Attachment),
    "assets_equipment_log": row_of(Equipment),
    "auth_user_password_change": row_of(User),
    "oauth2_provider_application_rotate": row_of(Application),
    "organisations_membership_invite_again": row_of(Membership),
    "organisations_user_set_password": row_of(User),
    "organisations_importrun_mapping": row_of(ImportRun),
    "organisations_importrun_load": row_of(ImportRun),
    "organisations_importrun_progress": row_of(ImportRun),
    "organisations_importrun_refusals": row_of(ImportRun),
    "organisations_importrun_undo": row_of(ImportRun),
}
# Addresses of a row and of one of its changes.
OF_A_CHANGE: dict[str, Callable[[Organisation], int]] = {
    f"{model._meta.app_label}_{model._meta.model_name}_revert": row_of(model)
    for model in registered()
    if isinstance(admin.site.get_model_admin(model), RevertingMixin)
}
OF_A_ROW |= OF_A_CHANGE
# What stands for the other parts of an address.
OTHERS = {"app_list": {"app_label": "organisations"}}


def names_of_models() -> set[str]:
    """Return the names of the pages that every model has."""
    return {
        f"{model._meta.app_label}_{model._meta.model_name}_{name}"
        for model in registered()
        for name in PER_MODEL
    }


def parts(name: str, key: int) -> list[int]:
    """Return what the address of a row has in its place."""
    return [key, MISSING] if name in OF_A_CHANGE else [key]


def found(patterns: Any) -> Iterator[URLPattern]:
    """Yield every pattern, also those of what is included."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from found(pattern.url_patterns)
        else:
            yield pattern


def back_office() -> list[URLPattern]:
    """Return every pattern behind the address of the back office."""
    [resolver] = [
        one
        for one in get_resolver().url_patterns
        if isinstance(one, URLResolver) and one.namespace == admin.site.name
    ]
    return list(found(resolver.url_patterns))


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def test_it_has_a_line_for_every_address() -> None:
    patterns = back_office()
    named = {one.name for one in patterns if one.name}
    known = names_of_models() | WITHOUT_ROW.keys() | OF_A_ROW.keys() | OTHERS.keys()
    assert named == known
    nameless = {str(one.pattern) for one in patterns if not one.name}
    assert nameless == NAMELESS


@pytest.mark.parametrize("name", sorted(OF_A_ROW))
def test_it_answers_a_foreign_row_like_a_missing_one(
    name: str, cast: Cast, client: Client
) -> None:
    foreign = OF_A_ROW[name](cast.other)
    for data in (None, {"post": "yes", "_popup": "1"}):
        answers = [
            told(client, f"{reverse(f'admin:{name}', args=args)}?_popup=1", key, data)
            for key in (foreign, MISSING)
            for args in [parts(name, key)]
        ]
        assert answers[0] == answers[1]
        assert answers[0][0] != HTTPStatus.OK


@pytest.mark.parametrize("name", sorted(WITHOUT_ROW))
def test_it_learns_nothing_by_naming_what_is_foreign(name: str, cast: Cast) -> None:
    asked = WITHOUT_ROW[name]
    foreign = asked.make(cast.other)

    def answers(key: int) -> list[Any]:
        address = f"{reverse(f'admin:{name}')}?{asked.parameters.format(key)}"
        posted = {part: text.format(key) for part, text in asked.posted.items()}
        return [told(as_staff(cast.owner), address, key, one) for one in (None, posted)]

    there = answers(foreign)
    assert there == answers(MISSING)
    assert str(cast.other) not in str(there)


@pytest.mark.parametrize("model", scoped, ids=lambda model: model._meta.label)
def test_it_learns_nothing_by_the_parameters_of_a_list(
    model: Model, cast: Cast, client: Client
) -> None:
    foreign = CASES[model].make(cast.other)
    lists, short = page(model, "changelist"), page(model, "changelist") + "{}/"
    questions = [
        f"{lists}?q={{}}&_popup=1&_to_field=id&o=-1",
        f"{lists}?id={{}}",
        f"{lists}?pk__in={{}}&e=1",
        f"{lists}?all=&organisation__id__exact={{}}",
        short,
    ]
    for question in questions:
        there, missing = (
            told(client, question.format(key), key) for key in (foreign.pk, MISSING)
        )
        assert there == missing


def actions_of(model: Model) -> list[str]:
    """Return the names of what can be done with chosen rows of a list."""
    actions: Any = admin.site.get_model_admin(model).actions
    return [one if isinstance(one, str) else one.__name__ for one in actions or ()]


@pytest.mark.parametrize(
    ("model", "action"),
    [(model, action) for model in scoped for action in actions_of(model)],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_it_does_nothing_to_chosen_rows_that_are_foreign(
    model: Model, action: str, cast: Cast, client: Client
) -> None:
    foreign = CASES[model].make(cast.other)
    foreign.refresh_from_db()
    asked = {"action": action, "index": "0"}
    there, missing = (
        told(client, page(model, "changelist"), key, asked | {"_selected_action": key})
        for key in (foreign.pk, MISSING)
    )
    assert there == missing
    kept = model._default_manager.get(pk=foreign.pk)
    for column in model._meta.concrete_fields:
        assert getattr(kept, column.attname) == getattr(foreign, column.attname)


def test_it_opens_no_address_to_who_has_not_logged_in(db: None) -> None:
    names = names_of_models() | WITHOUT_ROW.keys() | OF_A_ROW.keys() | OTHERS.keys()
    for name in sorted(names - {"login", "logout"}):
        with_row = name in OF_A_ROW or name.endswith(("_change", "_history", "_delete"))
        is_of_row = with_row and name not in WITHOUT_ROW
        kwargs = OTHERS.get(name)
        args = parts(name, MISSING) if is_of_row else None
        address = reverse(f"admin:{name}", args=args, kwargs=kwargs)
        for answer in (Client().get(address), Client().post(address)):
            assert answer.status_code == HTTPStatus.FOUND, name
            assert "/login/" in answer.headers["Location"]


def test_it_draws_no_page_as_stock_django_does(cast: Cast) -> None:
    operator = as_staff(cast.manager, is_superuser=True)
    labels = sorted({model._meta.app_label for model in registered()})
    program = row_of(Application)(cast.organisation)
    addresses = [
        reverse("admin:password_change"),
        reverse("admin:password_change_done"),
        reverse("admin:auth_user_password_change", args=[cast.member.pk]),
        page(Application, "history", program),
        page(Application, "delete", program),
        *(reverse("admin:app_list", args=[label]) for label in labels),
    ]
    for address in addresses:
        assert "unfold/css/styles" in operator.get(address).content.decode(), address
    answer = operator.post(reverse("admin:logout"))
    assert "unfold/css/styles" in answer.content.decode()
    assert "Nobody goes on from this browser" in answer.content.decode()
