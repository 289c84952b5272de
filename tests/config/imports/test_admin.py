"""The back office's pages of imports, as a browser without scripts walks them."""

import html
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assets.models import AssetGroup
from config.imports import tally
from organisations.models import ImportRun, Role
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.assets import AssetFieldFactory
from tests.factories.imports import make_import

pytestmark = pytest.mark.django_db

UPLOAD = "admin:organisations_importrun_upload"
TWO = "Bezeichnung,Type,Colour\nA1,Bus,red\n<b>A2</b>,Bus,=1+1\n"
CHOSEN = {
    "column-0": "key:name",
    "column-1": "key:type",
    "column-2": "-",
    "missing": ["types"],
    "match": "",
    "on_conflict": "update",
}


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.manager)


def step(noted: ImportRun, name: str) -> str:
    return reverse(f"admin:organisations_importrun_{name}", args=[noted.pk])


def upload(client: Client, text: str = TWO, **options: Any) -> Any:
    file = SimpleUploadedFile("Yard list.csv", text.encode(), "text/csv")
    return client.post(reverse(UPLOAD), {"file": file, **options})


def drafted(client: Client, text: str = TWO, **options: Any) -> ImportRun:
    """Upload a file, and return its draft."""
    answer = upload(client, text, **options)
    noted: ImportRun = ImportRun.objects.latest("pk")
    assert answer.headers.get("Location") == step(noted, "mapping"), answer.content
    return noted


def tried(client: Client, text: str = TWO, **chosen: Any) -> ImportRun:
    """Upload a file and say where its columns go; return the dry run."""
    noted = drafted(client, text)
    answer = client.post(step(noted, "mapping"), {**CHOSEN, **chosen})
    assert answer.status_code == HTTPStatus.FOUND, answer.context["form"].errors
    noted.refresh_from_db()
    return noted


def names(cast: Cast) -> list[str]:
    found = AssetGroup.objects.of(cast.organisation)
    return [*found.values_list("name", flat=True)]


def messages(client: Client, address: str) -> list[str]:
    answer = client.get(address, follow=True)
    return [str(one) for one in answer.context["messages"]]


def test_it_asks_for_a_file(client: Client, cast: Cast) -> None:
    listed = client.get(page(ImportRun, "changelist")).content.decode()
    assert reverse(UPLOAD) in listed
    asked = client.get(reverse(UPLOAD))
    assert asked.status_code == HTTPStatus.OK
    assert 'enctype="multipart/form-data"' in asked.content.decode()
    assert str(cast.organisation) in asked.content.decode()


def test_it_proposes_where_columns_go(client: Client, cast: Cast) -> None:
    AssetFieldFactory(organisation=cast.organisation, name="Colour")
    noted = drafted(client)
    shown = client.get(step(noted, "mapping"))

    places = [one.place for one in shown.context["preview"].columns]
    assert places == ["new", "key:type", "field:Colour"]
    text = shown.content.decode()
    assert "&lt;b&gt;A2&lt;/b&gt;" in text
    assert "<b>A2</b>" not in text
    assert (noted.state, names(cast)) == ("draft", [])


def test_it_tries_a_file_and_then_loads_it(client: Client, cast: Cast) -> None:
    dry = tried(client)
    assert (dry.is_dry_run, dry.state, dry.created) == (True, "done", 2)
    assert names(cast) == []
    shown = client.get(page(ImportRun, "change", dry.pk)).content.decode()
    assert step(dry, "load") in shown
    assert step(dry, "undo") not in shown

    answer = client.post(step(dry, "load"))

    wet = ImportRun.objects.latest("pk")
    assert answer.headers["Location"] == page(ImportRun, "change", wet.pk)
    assert (wet.is_dry_run, wet.state, wet.created) == (False, "done", 2)
    assert (wet.who, wet.file.name) == ("manager", dry.file.name)
    assert names(cast) == ["A1", "<b>A2</b>"]
    shown = client.get(page(ImportRun, "change", wet.pk)).content.decode()
    assert step(wet, "undo") in shown
    assert step(wet, "load") not in shown


def test_it_takes_all_options_of_the_command(client: Client, cast: Cast) -> None:
    text = "Bezeichnung,Type,Colour\nA1,,red\n"
    chosen = {
        "defaults": "type=Bus\n\nactive=false",
        "unique": "-",
        "again": "on",
        "skip_invalid": "on",
        "in_parts": "on",
    }
    dry = tried(client, text, **chosen)

    options = dry.options
    assert (dry.state, dry.created) == ("done", 1)
    assert options["defaults"] == {"type": "Bus", "active": "false"}
    assert (options["unique"], options["again"]) == ("-", True)
    assert (options["in_parts"], options["skip_invalid"]) == (True, True)
    client.post(step(dry, "load"))
    made = AssetGroup.objects.of(cast.organisation).get()
    assert (made.name, made.active, str(made.type)) == ("A1", False, "Bus")


@pytest.mark.parametrize(
    ("chosen", "name", "sentence"),
    [
        ({"defaults": "Bus"}, "defaults", "NAME=VALUE is expected, not 'Bus'."),
        (
            {"in_parts": "on"},
            "in_parts",
            "Rows are kept as they come only where refused ones are left out.",
        ),
    ],
)
def test_it_says_what_is_wrong_with_an_option(
    client: Client, chosen: dict[str, str], name: str, sentence: str
) -> None:
    noted = drafted(client)
    answer = client.post(step(noted, "mapping"), {**CHOSEN, **chosen})
    assert answer.context["form"].errors == {name: [sentence]}
    assert sentence in html.unescape(answer.content.decode())


def test_it_makes_the_fields_that_are_chosen(client: Client, cast: Cast) -> None:
    dry = tried(client, **{"column-2": "new"})
    client.post(step(dry, "load"))
    key = AssetGroup.objects.get(name="A1").pk
    shown = cast.client("owner").get(f"/api/assets/{key}").json()
    assert "red" in str(shown["fields"])


def test_it_shows_what_is_refused_and_tries_again(client: Client, cast: Cast) -> None:
    dry = tried(client, missing=[])
    assert (dry.refused, dry.created) == (2, 0)
    shown = client.get(page(ImportRun, "change", dry.pk)).content.decode()
    assert "type_invalid" in shown or "Bus" in shown
    answer: Any = client.get(step(dry, "refusals"))
    table = b"".join(answer.streaming_content).decode()
    lines = table.removeprefix("\ufeff").splitlines()
    assert (lines[0], len(lines)) == ("line,column,value,code,reason,hint", 3)

    client.post(step(dry, "mapping"), CHOSEN)

    again = ImportRun.objects.latest("pk")
    assert (again.pk != dry.pk, again.is_dry_run, again.created) == (True, True, 2)


def test_it_guards_formulas_among_refused_cells(client: Client, cast: Cast) -> None:
    refused = {"line": 2, "column": "x", "value": "=1+1", "code": "c", "reason": "r"}
    noted = make_import(cast.organisation, report={"refusals": [refused]})
    answer: Any = client.get(step(noted, "refusals"))
    assert b"".join(answer.streaming_content).splitlines()[1] == b"2,x,'=1+1,c,r,"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_it_escapes_what_files_hold(client: Client, cast: Cast) -> None:
    bad = "<script>alert(1)</script>"
    report = {
        "refusals": [
            {"line": 2, "column": bad, "value": bad, "code": "c", "reason": bad}
        ],
        "problems": [{"code": "c", "message": bad, "line": None}],
        "notes": [{"message": bad, "count": 1}],
    }
    noted = make_import(cast.organisation, report=report)
    ImportRun.objects.filter(pk=noted.pk).update(file_name=bad)
    shown = client.get(page(ImportRun, "change", noted.pk)).content.decode()
    assert bad not in shown
    assert shown.count("&lt;script&gt;alert(1)") >= 5


def test_it_shows_how_far_an_import_is(client: Client, cast: Cast) -> None:
    noted = make_import(cast.organisation, state="running")
    tally.note(noted.pk, 1_000, 4_000)
    shown = client.get(page(ImportRun, "change", noted.pk)).content.decode()
    assert "1000 of 4000 rows" in shown
    assert 'http-equiv="refresh"' in shown
    part = client.get(step(noted, "progress")).content.decode()
    assert "1000 of 4000 rows" in part
    assert "<html" not in part

    ImportRun.objects.filter(pk=noted.pk).update(state="done")
    assert client.get(step(noted, "progress")).headers["HX-Refresh"] == "true"
    shown = client.get(page(ImportRun, "change", noted.pk)).content.decode()
    assert 'http-equiv="refresh"' not in shown


def test_it_takes_an_import_back_after_asking(client: Client, cast: Cast) -> None:
    client.post(step(tried(client), "load"))
    wet = ImportRun.objects.latest("pk")
    assert client.get(step(wet, "undo")).status_code == HTTPStatus.OK
    assert len(names(cast)) == 2

    assert client.post(step(wet, "undo")).status_code == HTTPStatus.FOUND

    wet.refresh_from_db()
    assert (wet.state, wet.undone_by, names(cast)) == ("undone", "manager", [])
    assert any("Taken back" in one for one in messages(client, "/admin/"))


def test_it_names_what_stands_against_taking_back(client: Client, cast: Cast) -> None:
    client.post(step(tried(client), "load"))
    wet = ImportRun.objects.latest("pk")
    key = AssetGroup.objects.get(name="A1").pk
    cast.client("owner").patch(f"/api/assets/{key}", {"description": "Repainted"})

    answer = client.post(step(wet, "undo"))
    assert (answer.status_code, len(names(cast))) == (HTTPStatus.OK, 2)
    assert "owner changed it" in answer.content.decode()

    client.post(step(wet, "undo"), {"keep_changed": "on"})
    assert names(cast) == ["A1"]


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("", {}, "file"),
        (TWO, {"header_row": "-1"}, "header_row"),
        (TWO, {"type": "dragons"}, "type"),
        (TWO, {"preset": "dragons"}, "preset"),
        (TWO, {"dates": "ymd"}, "dates"),
    ],
)
def test_it_says_what_is_wrong_with_an_upload(
    client: Client, text: str, options: dict[str, str], told: str
) -> None:
    answer = upload(client, text, **options)
    assert list(answer.context["form"].errors) == [told]
    assert not ImportRun.objects.exists()


def test_it_says_what_is_wrong_with_a_file(client: Client) -> None:
    noted = drafted(client, "<html><body>Sorry</body></html>")
    shown = client.get(step(noted, "mapping")).content.decode()
    assert "not a table of separated values" in shown
    assert client.post(step(noted, "mapping"), CHOSEN).status_code == HTTPStatus.OK


def test_it_lets_headers_be_told_apart(client: Client, cast: Cast) -> None:
    noted = drafted(client, "Name,Type,Name\nA1,Bus,x\n")
    shown = client.get(step(noted, "mapping")).content.decode()
    assert "heads columns 1 and 3" in shown

    client.post(step(noted, "mapping"), CHOSEN)

    noted.refresh_from_db()
    assert (noted.state, noted.created) == ("done", 1)


@pytest.mark.parametrize(
    "chosen", [{"column-0": "key:dragon"}, {"match": "x"}, {"missing": ["dragons"]}]
)
def test_it_takes_no_choice_that_it_does_not_offer(
    client: Client, chosen: dict[str, Any]
) -> None:
    noted = drafted(client)
    answer = client.post(step(noted, "mapping"), {**CHOSEN, **chosen})
    assert list(answer.context["form"].errors) == list(chosen)


@pytest.mark.parametrize("state", ["done", "failed", "running", "draft"])
def test_it_loads_only_what_was_tried(client: Client, cast: Cast, state: str) -> None:
    noted = make_import(cast.organisation, state=state, is_dry_run=state != "done")
    client.post(step(noted, "load"))
    client.get(step(noted, "load"))
    assert ImportRun.objects.count() == 1


def test_it_says_when_the_file_is_not_kept(client: Client, cast: Cast) -> None:
    noted = make_import(cast.organisation, is_dry_run=True)
    ImportRun.objects.filter(pk=noted.pk).update(file="")
    assert messages(client, step(noted, "mapping")) == [
        "The file is not kept any more; upload it."
    ]


def test_it_asks_for_what_missing_rows_need(client: Client, cast: Cast) -> None:
    role = Role.objects.get(organisation=cast.organisation, name="managers")
    role.permissions = ["MANAGE_FLEETS"]
    role.save()
    noted = drafted(client)
    chosen = {**CHOSEN, "missing": ["types", "locations"]}
    client.post(step(noted, "mapping"), chosen)
    assert messages(client, "/admin/") == ["This needs MANAGE_LOCATIONS."]


def test_it_hides_imports_from_those_who_could_not_have_made_them(cast: Cast) -> None:
    client = as_staff(cast.member)
    noted = make_import(cast.organisation)
    listed = client.get(page(ImportRun, "changelist")).content.decode()
    assert "Yard list" not in listed
    # Any member may write something down, so there is something to upload.
    offered = client.get(reverse(UPLOAD)).context["form"].fields["type"].choices
    assert "assets" not in dict(offered)
    answer = upload(client)
    assert answer.context["form"].non_field_errors() == ["This needs MANAGE_FLEETS."]
    for name in ("mapping", "load", "progress", "refusals", "undo"):
        for answer in (client.get(step(noted, name)), client.post(step(noted, name))):
            assert answer.status_code == HTTPStatus.NOT_FOUND


def test_it_lets_nobody_in_who_is_not_staff(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.owner, "django.contrib.auth.backends.ModelBackend")
    noted = make_import(cast.organisation)
    for name in ("mapping", "load", "progress", "refusals", "undo"):
        answer = client.post(step(noted, name))
        assert "/login/" in answer.headers["Location"]


def test_it_asks_operators_for_the_organisation(cast: Cast) -> None:
    client = as_staff(cast.manager, is_superuser=True)
    asked = client.get(reverse(UPLOAD)).content.decode()
    assert 'type="file"' not in asked
    chosen = client.get(reverse(UPLOAD), {"organisation": cast.other.pk})
    assert 'type="file"' in chosen.content.decode()
