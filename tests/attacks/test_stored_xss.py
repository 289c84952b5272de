"""Attack: store a script in a text, and wait for staff to look at the row.

Every text column of every row is overwritten in the database, past all rules, and every
page of the back office on which it may be seen is read as a browser would.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from organisations.models import User
from tests.attacks.markup import HOSTILE, LONG, MARK, Page, problems
from tests.back_office import CASES, as_staff, page, registered
from tests.cast import Cast, Troupe

pytestmark = pytest.mark.django_db

Model = type[models.Model]
APPS = ("organisations", "assets", "licensing", "devices")
# Columns that are read by programs: what they hold is made by the register itself.
MADE_HERE = {
    "checksum",
    "client_id",
    "client_secret",
    "content_hash",
    "digest",
    "file",
    "file_hash",
    "hash_client_secret",
    "key",
    "log_hash",
    "model",
    "password",
    "scope",
    "token",
    "token_checksum",
    "uuid",
}
every_model = pytest.mark.parametrize(
    "model", registered(), ids=lambda model: model._meta.label
)


class Poisoned:
    """A register in which every text is hostile, and an operator who looks at it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        # Backwards, as programs are found by titles that are there already.
        rows = {
            model: CASES[model].make(cast.organisation)
            for model in reversed(registered())
        }
        self.client = as_staff(cast.staff, is_superuser=True)
        self.poisoned = {model for model in rows if poison(model)}
        for app in APPS:
            for model in apps.get_app_config(app).get_models():
                poison(model)
        self.keys = {model: row.pk for model, row in rows.items()}


def texts(model: Model) -> list[Any]:
    """Return the columns of a model that hold what somebody wrote."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and field.name not in MADE_HERE
        and type(field).__module__ != "organisations.encryption"
    ]


def poison(model: Model) -> bool:
    """Overwrite the texts of all rows, or of one where they must differ."""
    values = {
        field.name: HOSTILE if (field.max_length or 1_000) < len(LONG) else LONG
        for field in texts(model)
        if (field.max_length or 1_000) >= len(HOSTILE)
    }
    for name, value in values.items():
        rows = model._default_manager.all()
        try:
            with transaction.atomic():
                rows.update(**{name: value})
        except IntegrityError:
            first = rows.earliest("pk")
            model._default_manager.filter(pk=first.pk).update(**{name: value})
    return bool(values)


@pytest.fixture(scope="module")
def register(troupe: Troupe, django_db_blocker: DjangoDbBlocker) -> Iterator[Poisoned]:
    """Poison the register once; its pages are only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Poisoned(troupe.on_stage())
        transaction.set_rollback(True)


@every_model
def test_it_runs_nothing_on_any_page_of_a_row(register: Poisoned, model: Model) -> None:
    key = register.keys[model]
    shown = 0
    for address in (
        page(model, "changelist"),
        page(model, "changelist") + f"?q={MARK}",
        page(model, "change", key),
        page(model, "history", key),
        page(model, "delete", key),
        page(model, "add"),
    ):
        answer = register.client.get(address)
        assert answer.headers["Content-Type"].startswith("text/html"), address
        read = Page(answer.text)
        assert read.problems == [], address
        shown += read.shown
    if model in register.poisoned:
        # The texts were there to be run.
        assert shown


def test_it_runs_nothing_on_pages_of_no_row(register: Poisoned) -> None:
    for name in ("index", "search", "password_change"):
        answer = register.client.get(reverse(f"admin:{name}"), {"s": HOSTILE})
        assert problems(answer.text) == [], name


def test_it_offers_choices_as_data(register: Poisoned) -> None:
    asked = {"app_label": "assets", "model_name": "asset", "field_name": "status"}

    answer = register.client.get(reverse("admin:autocomplete"), asked)

    assert answer.headers["Content-Type"] == "application/json"
    assert any(MARK in one["text"] for one in answer.json()["results"])


def test_it_answers_hostile_texts_as_data(register: Poisoned) -> None:
    cast = register.cast
    client = cast.client("owner")

    for path in (f"{cast.path}/assets", "/api/Asset", f"{cast.path}/locations"):
        answer = client.get(path, HTTP_ACCEPT="text/html,*/*")
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert MARK in answer.text


def test_it_repeats_no_markup_of_a_request() -> None:
    client = Client()

    for answer in (
        client.get(f"/admin/login/?next={HOSTILE}"),
        client.post("/admin/login/", {"username": HOSTILE, "password": HOSTILE}),
        client.get(f"/invitations/{HOSTILE}"),
        client.get(f"/api/docs?lang={HOSTILE}"),
        client.get(f"/admin/{HOSTILE}/"),
    ):
        assert problems(answer.text) == []


def test_it_shows_files_of_people_as_text(cast: Cast) -> None:
    client = as_staff(cast.owner)
    upload = reverse("admin:organisations_importrun_upload")
    address = f"{upload}?organisation={cast.organisation.pk}"
    content = (
        f'Name,Type,"{LONG.replace(chr(34), chr(34) * 2)}"\n{HOSTILE[2:]},"Tram",x\n'
    )
    file = SimpleUploadedFile(f"{HOSTILE.replace('/', '')}.csv", content.encode())

    answer = client.post(address, {"file": file, "type": "assets"}, follow=True)

    read = Page(answer.text)
    assert read.shown
    assert read.problems == []


def test_it_knows_what_would_run() -> None:
    hostile = (
        *("<b onload=x>", "<script>x</script>", "<a href='java\nscript:x'>"),
        *(f"<p x-data='{MARK}'>", f"<p :class='{MARK}'>", "<iframe src=x>"),
        f"<script type='application/json'>{MARK}</script>",
    )

    assert [text for text in hostile if not problems(text)] == []
    assert problems(f"<p title='{MARK}'>{MARK}</p><script src=x></script>") == []
    assert User._meta.get_field("password").name in MADE_HERE
