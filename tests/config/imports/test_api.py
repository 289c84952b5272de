"""Imports through the fleet API."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from assets.models import AssetGroup
from config.imports import receiving, tally
from organisations.models import Change, ImportRun, Role
from tests.assets.api.fleet.calls import Answer, refusal, said
from tests.cast import Cast
from tests.config.imports.files import DATA
from tests.factories.imports import make_import

pytestmark = pytest.mark.django_db

TWO = "Name,Type\nA1,Bus\nA2,Bus\n"


@pytest.fixture
def client(cast: Cast) -> APIClient:
    return cast.client("manager")


def send(client: APIClient, cast: Cast, text: str = TWO, **options: Any) -> Answer:
    file = SimpleUploadedFile("Yard list.csv", text.encode(), "text/csv")
    form = {"file": file, "create_missing": "types,fields", **options}
    return client.post(f"{cast.path}/imports", form, format="multipart")


def loaded(client: APIClient, answer: Answer) -> Any:
    """Return the import that an answer tells of, with its report."""
    assert answer.status_code == 202, answer.json()
    found = client.get(answer.headers["Location"])
    assert found.status_code == 200
    return found.json()


def names(cast: Cast) -> list[str]:
    found = AssetGroup.objects.of(cast.organisation)
    return [*found.values_list("name", flat=True)]


def test_it_loads_a_file(cast: Cast, client: APIClient) -> None:
    answer = send(client, cast)

    told = loaded(client, answer)
    counts = ("rows", "created", "updated", "skipped", "refused")
    assert [told[name] for name in counts] == [2, 2, 0, 0, 0]
    assert (told["state"], told["dry_run"], told["progress"]) == ("done", False, None)
    assert (told["type"], told["file_name"]) == ("assets", "Yard list.csv")
    assert (told["who"], told["user_id"]) == ("manager", str(cast.manager.pk))
    assert told["report"]["columns"][0]["target"] == "name"
    assert names(cast) == ["A1", "A2"]
    history = Change.objects.filter(request_id=f"import-{told['id']}")
    assert history.filter(model="assetgroup").count() == 2


def test_it_writes_nothing_in_a_dry_run(cast: Cast, client: APIClient) -> None:
    told = loaded(client, send(client, cast, dry_run="true"))

    assert (told["state"], told["dry_run"], told["created"]) == ("done", True, 2)
    assert names(cast) == []


def test_it_keeps_no_part_of_a_dry_run(cast: Cast, client: APIClient) -> None:
    options = {"dry_run": "true", "in_parts": "true", "skip_invalid": "true"}
    told = loaded(client, send(client, cast, **options))
    assert (told["state"], told["created"], told["dry_run"]) == ("done", 2, True)
    assert names(cast) == []


def test_it_takes_the_options_of_the_command(cast: Cast, client: APIClient) -> None:
    text = "Bezeichnung;Art;Ort\nA1;Bus;\nA2;;\n"
    told = loaded(
        client,
        send(
            client,
            cast,
            text,
            map=["Bezeichnung=name", "Art=type", "Ort=-"],
            set=["type=Tram"],
            match="-",
        ),
    )

    assert told["created"] == 2
    found = AssetGroup.objects.of(cast.organisation).order_by("name")
    assert [*found.values_list("type__name", flat=True)] == ["Bus", "Tram"]


def test_it_tells_of_refused_rows(cast: Cast, client: APIClient) -> None:
    text = "Name,Type,Active\nA1,Bus,maybe\nA2,Bus,true\n"
    told = loaded(client, send(client, cast, text, map="Active=active"))

    assert (told["state"], told["refused"], told["skipped"]) == ("failed", 1, 1)
    (refused,) = told["report"]["refusals"]
    assert refused == {
        "line": 2,
        "column": "Active",
        "value": "maybe",
        "code": "invalid_body",
        "reason": "'maybe' is not true or false.",
    }
    assert told["report"]["codes"] == {"invalid_body": 1}
    assert told["report"]["hints"] == {"invalid_body": "Correct the value."}
    assert names(cast) == []


def test_it_tells_of_a_file_that_is_no_table(cast: Cast, client: APIClient) -> None:
    told = loaded(client, send(client, cast, "<html><body>Sorry</body></html>"))

    assert (told["state"], told["rows"]) == ("failed", 0)
    assert [one["code"] for one in told["report"]["problems"]] == ["file_type_mismatch"]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"type": "dragons"}, "type"),
        ({"match": "colour"}, "match"),
        ({"preset": "../snipe-it.toml"}, "preset"),
        ({"create_missing": "types,dragons"}, "create_missing"),
        ({"map": ["Name"]}, "map"),
        ({"set": ["=x"]}, "set"),
        ({"on_conflict": "guess"}, "on_conflict"),
        ({"header_row": "-1"}, "header_row"),
        ({"dates": "ymd"}, "dates"),
        ({"long_names": "keep"}, "long_names"),
        ({"in_parts": "true"}, "in_parts"),
        ({"dry_run": "perhaps"}, "dry_run"),
    ],
)
def test_it_names_the_option_that_it_refuses(
    cast: Cast, client: APIClient, options: dict[str, Any], key: str
) -> None:
    assert said(send(client, cast, **options)) == refusal("invalid_body", key)
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(("preset", "found"), [("", "snipe-it-assets"), ("-", "")])
def test_it_finds_the_preset_of_a_file(
    cast: Cast, client: APIClient, preset: str, found: str
) -> None:
    text = (DATA / "presets" / "snipe-it-assets.csv").read_text()
    told = loaded(
        client, send(client, cast, text, preset=preset, dry_run="true", type="assets")
    )
    assert told["report"]["preset"] == found


def test_it_asks_which_of_several_types_is_meant(cast: Cast) -> None:
    text = (DATA / "presets" / "trains-table.csv").read_text()
    answer = send(cast.client("owner"), cast, text, preset="rail-fi-table")
    assert said(answer) == refusal("invalid_body", "type")


def test_it_refuses_a_preset_that_is_not_there(cast: Cast, client: APIClient) -> None:
    assert said(send(client, cast, preset="dragons")) == refusal("preset_unknown")


def test_it_refuses_a_form_without_a_file(cast: Cast, client: APIClient) -> None:
    answer = client.post(f"{cast.path}/imports", {"type": "assets"}, format="multipart")
    assert said(answer) == refusal("invalid_body", "file")
    assert said(send(client, cast, "")) == refusal("invalid_body", "file")
    answer = client.post(f"{cast.path}/imports", {"type": "assets"})
    assert said(answer) == refusal("unsupported_media_type", status=415)


def test_it_refuses_a_file_that_is_too_large(
    cast: Cast, client: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_BYTES", 10)
    assert said(send(client, cast)) == refusal("file_too_large", "file", status=413)


def test_it_asks_for_what_missing_rows_need(cast: Cast) -> None:
    role = Role.objects.get(organisation=cast.organisation, name="managers")
    role.permissions = ["MANAGE_FLEETS"]
    role.save()
    client = cast.client("manager")
    assert send(client, cast).status_code == 202
    answer = send(client, cast, create_missing="all")
    assert said(answer) == refusal("missing_permission", status=403)


def test_it_refuses_a_file_that_is_being_loaded(cast: Cast, client: APIClient) -> None:
    noted = ImportRun.objects.get(pk=loaded(client, send(client, cast))["id"])
    ImportRun.objects.filter(pk=noted.pk).update(state=ImportRun.State.RUNNING)
    assert said(send(client, cast)) == refusal("import_running", status=409)


def test_it_lists_imports_without_drafts_and_reports(
    cast: Cast, client: APIClient
) -> None:
    first = loaded(client, send(client, cast, dry_run="true"))
    second = loaded(client, send(client, cast))
    make_import(cast.organisation, state=ImportRun.State.DRAFT)

    listed = client.get(f"{cast.path}/imports").json()

    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    assert "report" not in listed[0]
    (last,) = client.get(f"{cast.path}/imports?$top=1&$skip=1").json()
    assert last["id"] == first["id"]


def test_it_shows_imports_to_those_who_could_have_made_them(cast: Cast) -> None:
    manager, member = cast.client("manager"), cast.client("member")
    told = loaded(manager, send(manager, cast))

    assert member.get(f"{cast.path}/imports").json() == []
    answer = member.get(f"/api/imports/{told['id']}")
    assert said(answer) == refusal("missing_permission", status=403)
    answer = cast.client("outsider").get(f"/api/imports/{told['id']}")
    assert said(answer) == refusal("not_a_member", status=403)


def test_it_tells_how_far_an_import_is(cast: Cast, client: APIClient) -> None:
    told = loaded(client, send(client, cast))
    ImportRun.objects.filter(pk=told["id"]).update(state="running", finished_at=None)
    tally.note(int(told["id"]), 1, 2)

    shown = client.get(f"/api/imports/{told['id']}").json()

    assert (shown["progress"], shown["report"]) == ({"done": 1, "total": 2}, None)


def test_it_takes_an_import_back(cast: Cast, client: APIClient) -> None:
    told = loaded(client, send(client, cast))

    answer = client.post(f"/api/imports/{told['id']}/undo", {})

    assert answer.status_code == 200, answer.json()
    assert answer.json()["deleted"] >= 2
    assert names(cast) == []
    shown = client.get(f"/api/imports/{told['id']}").json()
    assert (shown["state"], shown["undone_by"]) == ("undone", "manager")
    again = client.post(f"/api/imports/{told['id']}/undo", {})
    assert said(again) == refusal("import_not_undoable", status=409)


def test_it_names_rows_that_stand_against_taking_back(
    cast: Cast, client: APIClient
) -> None:
    told = loaded(client, send(client, cast))
    key = AssetGroup.objects.get(name="A1").pk
    client.patch(f"/api/assets/{key}", {"description": "Repainted"})

    answer = client.post(f"/api/imports/{told['id']}/undo", {})
    assert said(answer) == refusal("import_changed_since", "keep_changed", status=409)
    assert names(cast) == ["A1", "A2"]

    kept = client.post(f"/api/imports/{told['id']}/undo", {"keep_changed": True})
    assert kept.status_code == 200
    assert str(key) in {one["id"] for one in kept.json()["kept"]}
    assert names(cast) == ["A1"]


def test_it_reads_a_list_with_as_many_queries_for_many_as_for_one(
    cast: Cast, client: APIClient, django_assert_num_queries: Any
) -> None:
    make_import(cast.organisation)
    with django_assert_num_queries(3) as captured:
        client.get(f"{cast.path}/imports")
    for _ in range(5):
        make_import(cast.organisation)
    with django_assert_num_queries(len(captured)):
        assert len(client.get(f"{cast.path}/imports").json()) == 6
