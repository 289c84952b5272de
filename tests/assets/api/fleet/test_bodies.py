"""What holds for the body of every resource: statuses, types, zones, fields, assets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from rest_framework.test import APIClient

from organisations.models import Change
from tests.assets.api.fleet.calls import Answer, refusal, said, send
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory


@dataclass(frozen=True)
class Resource:
    """Where a resource is made and found, and what its body needs."""

    collection: str
    item: str
    model: str
    default_name: str
    needs: Callable[[Cast], dict[str, Any]]

    def __str__(self) -> str:
        return self.collection

    def create(self, client: APIClient, cast: Cast, **body: Any) -> Answer:
        """Send a body that has what is needed."""
        path = f"{cast.path}/{self.collection}"
        return send(client, "POST", path, {**self.needs(cast), **body})

    def made(self, client: APIClient, cast: Cast, **body: Any) -> dict[str, Any]:
        """Return a new row as the answer shows it."""
        response = self.create(client, cast, **body)
        assert response.status_code == 201, response.json()
        return dict(response.json())

    def path(self, row: dict[str, Any]) -> str:
        """Return where the row is."""
        return f"/api/{self.item}/{row['id']}"


def a_type(cast: Cast) -> dict[str, Any]:
    """Return what an asset needs."""
    return {"type_id": str(AssetTypeFactory(organisation=cast.organisation).pk)}


FIELD = Resource(
    "asset-fields",
    "assetfield",
    "assetfield",
    "new asset field",
    lambda cast: {"type": 0},
)
STATUS = Resource(
    "asset-statuses",
    "assetstatuses",
    "assetstatus",
    "new asset status",
    lambda cast: {},
)
TYPE = Resource(
    "asset-types",
    "assettype",
    "assettype",
    "new asset type",
    lambda cast: {"ephemerality": 0},
)
ZONE = Resource(
    "asset-zones", "assetzones", "assetzone", "new asset zone", lambda cast: {}
)
ASSET = Resource("assets", "assets", "assetgroup", "new asset", a_type)
RESOURCES = [STATUS, TYPE, ZONE, FIELD, ASSET]
EVERY = pytest.mark.parametrize("resource", RESOURCES, ids=str)

BAD_NAMES: tuple[Any, ...] = (
    *(None, "", " ", "x", " x ", "x" * 21, 5, 1.5, True, [], {}, ["name"]),
    *("a\nb", "a\tb", "a\x07b", "a\x7fb", "a\x85b"),
)
GOOD_NAMES = {
    "ab": "ab",
    "x" * 20: "x" * 20,
    "  trimmed \n": "trimmed",
    "Cafe\u0301": "Caf\u00e9",
    "e\u0301" * 20: "\u00e9" * 20,
    "\U0001f682" * 20: "\U0001f682" * 20,
    "<b>Sr2</b> & 'x'\"": "<b>Sr2</b> & 'x'\"",
}
BAD_DESCRIPTIONS: tuple[Any, ...] = (5, True, [], {}, "x" * 1001)
BROKEN = {
    b'{"name": ': "invalid_json",
    b"\xff\xfe": "invalid_json",
    b'{"name": "\xc3\x28"}': "invalid_json",
    b'{"name": "a\\u0000b"}': "invalid_json",
    b'{"name": "\\ud800"}': "invalid_json",
    b'{"name": NaN}': "invalid_json",
    b'{"name": "ab", "name": "cd"}': "invalid_json",
    b"[" * 100_000: "invalid_json",
    b"[]": "invalid_body",
    b'"text"': "invalid_body",
    b"5": "invalid_body",
    b"null": "invalid_body",
    b"true": "invalid_body",
}


@EVERY
def test_it_gives_a_name_and_an_empty_description(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    made = resource.made(manager, cast)

    assert (made["name"], made["description"]) == (resource.default_name, "")


@EVERY
def test_it_says_where_the_new_row_is(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    response = resource.create(manager, cast)

    path = resource.path(response.json())
    assert response["Location"] == path
    for form in (path, path.removeprefix("/api"), f"{path}/"):
        assert manager.get(form).json() == response.json()


@EVERY
def test_it_creates_at_both_forms_of_the_path(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    path = f"{cast.path.removeprefix('/api')}/{resource.collection}"

    for form, name in ((path, "first"), (f"{path}/", "second")):
        response = manager.post(form, {**resource.needs(cast), "name": name})
        assert response.status_code == 201
        assert response.json()["name"] == name


@EVERY
def test_it_cleans_names(cast: Cast, manager: APIClient, resource: Resource) -> None:
    shown = {
        name: resource.made(manager, cast, name=name)["name"] for name in GOOD_NAMES
    }

    assert shown == GOOD_NAMES


@EVERY
def test_it_refuses_names_that_are_none(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    row = resource.made(manager, cast)
    expected = refusal("invalid_body", "name")

    for name in BAD_NAMES:
        assert said(resource.create(manager, cast, name=name)) == expected, name
        assert said(manager.patch(resource.path(row), {"name": name})) == expected, name
    assert manager.get(resource.path(row)).json() == row


@EVERY
def test_it_cleans_descriptions(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    row = resource.made(manager, cast, description=None)
    assert row["description"] == ""

    path = resource.path(row)
    longest = "x\n" * 499 + "xx"
    shown = [
        manager.patch(path, {"description": one}).json()["description"]
        for one in (longest, None, " b\n", "  ")
    ]

    assert shown == [longest, "", "b", ""]


@EVERY
def test_it_refuses_descriptions_that_are_none(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    row = resource.made(manager, cast)
    code = "invalid_field_definition" if resource is FIELD else "invalid_body"
    expected = refusal(code, "description")

    for text in BAD_DESCRIPTIONS:
        body = {"description": text}
        assert said(resource.create(manager, cast, **body)) == expected, text
        assert said(manager.patch(resource.path(row), body)) == expected, text


@EVERY
def test_it_refuses_bodies_that_are_no_object(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    row = resource.made(manager, cast)

    for body, code in BROKEN.items():
        for method, path in (
            ("POST", f"{cast.path}/{resource.collection}"),
            ("PATCH", resource.path(row)),
        ):
            response = send(manager, method, path, body)
            assert (said(response).status, said(response).code) == (400, code), body


@EVERY
@pytest.mark.parametrize("form", ["text/plain", "multipart/form-data; boundary=x"])
def test_it_refuses_other_kinds_of_body(
    cast: Cast, manager: APIClient, resource: Resource, form: str
) -> None:
    row = resource.made(manager, cast)
    expected = refusal("unsupported_media_type", status=415)

    for call, path in (
        (manager.post, f"{cast.path}/{resource.collection}"),
        (manager.patch, resource.path(row)),
    ):
        assert said(call(path, b"name=ab", content_type=form)) == expected


@EVERY
def test_it_changes_nothing_without_a_key(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    row = resource.made(manager, cast)
    changes = Change.objects.count()

    for body in ({}, b"", row, {"unheard_of": 1}):
        response = send(manager, "PATCH", resource.path(row), body)
        assert (response.status_code, response.json()) == (200, row), body
    assert Change.objects.count() == changes


@EVERY
def test_it_ignores_keys_that_cannot_be_written(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    row = resource.made(manager, cast)
    response = manager.patch(resource.path(row), {"id": "9", "organisation_id": "9"})

    assert (response.status_code, response.json()) == (200, row)


@EVERY
def test_it_changes_only_what_is_named(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    row = resource.made(manager, cast, description="as it was")

    changed = manager.patch(resource.path(row), {"name": " Renamed "}).json()

    stamps = {"updated_at": changed["updated_at"]} if "updated_at" in row else {}
    assert changed == {**row, "name": "Renamed", **stamps}
    assert manager.get(resource.path(row)).json() == changed


@EVERY
def test_it_keeps_what_changed(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    row = resource.made(manager, cast, name="before")
    body = {"name": "after", "description": "new"}

    manager.patch(resource.path(row), body, headers={"X-Request-Id": "renaming"})

    history = Change.objects.filter(model=resource.model, object_id=row["id"])
    created, *changes = history.order_by("id")
    assert (created.action, created.field, created.old) == ("created", "", None)
    assert created.new is not None
    assert created.new["name"] == "before"
    assert {(one.action, one.field, one.old, one.new) for one in changes} == {
        ("changed", "name", "before", "after"),
        ("changed", "description", "", "new"),
    }
    assert {(one.who, one.user, one.request_id) for one in changes} == {
        ("manager", cast.manager, "renaming")
    }
    assert {one.organisation for one in (created, *changes)} == {cast.organisation}


@EVERY
def test_it_leaves_nothing_of_a_refused_change(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    row = resource.made(manager, cast)
    changes = Change.objects.count()

    response = manager.patch(resource.path(row), {"description": "new", "name": "x"})

    assert response.status_code == 400
    assert manager.get(resource.path(row)).json() == row
    assert Change.objects.count() == changes


@EVERY
@pytest.mark.parametrize("spelling", ["0", "abc", "-1", "1.0", "9" * 19, "9" * 30])
def test_it_does_not_find_malformed_ids(
    cast: Cast, manager: APIClient, resource: Resource, spelling: str
) -> None:
    path = f"/api/{resource.item}/{spelling}"
    write = (400, "asset_not_found") if resource.item == "assets" else None

    for method, expected in (("GET", None), ("PATCH", write)):
        answer = said(send(manager, method, path, {}))
        assert (answer.status, answer.code) == (expected or (404, "not_found"))


@EVERY
@pytest.mark.parametrize("spelling", ["0", "abc", "9" * 19, "9" * 30, "5"])
def test_it_does_not_find_organisations_by_malformed_ids(
    manager: APIClient, resource: Resource, spelling: str
) -> None:
    path = f"/api/organisations/{spelling}/{resource.collection}"

    for method in ("GET", "POST"):
        answer = said(send(manager, method, path))
        assert answer == refusal("organisation_not_found")


@EVERY
def test_it_answers_other_methods_in_its_own_shape(
    cast: Cast, manager: APIClient, resource: Resource
) -> None:
    expected = refusal("method_not_allowed", status=405)

    assert said(manager.put(f"{cast.path}/{resource.collection}", {})) == expected
    assert said(manager.post(f"/api/{resource.item}/5", {})) == expected


@EVERY
@pytest.mark.parametrize("spelling", ["%00", "1%00", "%ED%A0%80", "%FF"])
def test_it_refuses_paths_that_are_no_text(
    cast: Cast, manager: APIClient, resource: Resource, spelling: str
) -> None:
    for path in (
        f"/api/{resource.item}/{spelling}",
        f"/api/organisations/{spelling}/{resource.collection}",
    ):
        assert said(manager.get(path)) == refusal("invalid_body")


@EVERY
@pytest.mark.parametrize("query", ["name=%00", "name=a%ED%A0%80", "$top=%FF", "%00=1"])
def test_it_refuses_queries_that_are_no_text(
    cast: Cast, manager: APIClient, resource: Resource, query: str
) -> None:
    response = manager.get(f"{cast.path}/{resource.collection}?{query}")

    assert said(response) == refusal("invalid_filter")
