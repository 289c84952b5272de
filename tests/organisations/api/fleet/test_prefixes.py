"""Prefixes: `O/prefixes` and `/api/prefixes/{id}`."""

from typing import Any

import pytest

from organisations.models import Prefix
from organisations.models.prefix import LARGEST_NUMBER
from tests.assets.api.fleet.calls import UNKNOWN, Answer, refusal, said
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory, make_assets
from tests.factories.organisations import PrefixFactory
from tests.organisations.api.fleet.callers import changes_of, client_with


@pytest.fixture
def prefix(cast: Cast) -> Prefix:
    """Return a prefix that has given out ten numbers."""
    made: Prefix = PrefixFactory(
        organisation=cast.organisation, number_format="LOC-{n}", last_number=10
    )
    return made


def create(cast: Cast, **body: Any) -> Answer:
    path = f"{cast.path}/prefixes"
    return cast.client("owner").post(path, body)


def change(cast: Cast, prefix: Prefix, **body: Any) -> Answer:
    path = f"/api/prefixes/{prefix.pk}"
    return cast.client("owner").patch(path, body)


def shown(prefix: Prefix) -> dict[str, Any]:
    return {
        "id": str(prefix.pk),
        "organisation_id": str(prefix.organisation_id),
        "description": prefix.description,
        "number_format": prefix.number_format,
        "number_digits": prefix.number_digits,
        "last_number": prefix.last_number,
        "unique_number": prefix.unique_number,
        "enabled": prefix.enabled,
    }


def test_it_makes_a_prefix(cast: Cast) -> None:
    body = {
        "description": "Locomotives",
        "number_format": "LOC-{n}",
        "number_digits": 4,
        "last_number": 7,
        "unique_number": False,
        "enabled": False,
    }

    response = create(cast, **body)

    prefix = Prefix.objects.get(number_format="LOC-{n}")
    assert response.status_code == 201
    assert response["Location"] == f"/api/prefixes/{prefix.pk}"
    assert response.json() == shown(prefix)
    assert {key: response.json()[key] for key in body} == body
    assert [change[:2] for change in changes_of(prefix)] == [("created", "")]


def test_it_needs_nothing(cast: Cast) -> None:
    made = create(cast).json()

    assert (made["number_format"], made["last_number"]) == ("{n}", 0)
    assert made["unique_number"] is made["enabled"] is True
    assert made["number_digits"] is None


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"number_format": "LOC"}, "number_format"),
        ({"number_format": "{n}{n}"}, "number_format"),
        ({"number_format": "{n}{x}"}, "number_format"),
        ({"number_format": "{n:>5}"}, "number_format"),
        ({"number_format": "{n}" + "a" * 38}, "number_format"),
        ({"number_format": "a\n{n}"}, "number_format"),
        ({"number_format": None}, "number_format"),
        ({"number_format": 5}, "number_format"),
        ({"number_digits": 0}, "number_digits"),
        ({"number_digits": 20}, "number_digits"),
        ({"number_digits": 10**30}, "number_digits"),
        ({"number_digits": True}, "number_digits"),
        ({"number_digits": "four"}, "number_digits"),
        ({"last_number": -1}, "last_number"),
        ({"last_number": None}, "last_number"),
        ({"last_number": LARGEST_NUMBER + 1}, "last_number"),
        ({"last_number": 10**30}, "last_number"),
        ({"last_number": 1.5}, "last_number"),
        ({"last_number": []}, "last_number"),
        ({"unique_number": None}, "unique_number"),
        ({"unique_number": "yes"}, "unique_number"),
        ({"enabled": 1}, "enabled"),
        ({"description": "a" * 1001}, "description"),
    ],
)
def test_it_refuses_a_body_that_is_wrong(
    cast: Cast, prefix: Prefix, body: dict[str, Any], key: str
) -> None:
    for response in (create(cast, **body), change(cast, prefix, **body)):
        assert said(response) == refusal("invalid_body", key)


def test_it_lists_prefixes_to_members(cast: Cast, prefix: Prefix) -> None:
    default = Prefix.objects.get(pk=cast.organisation.default_prefix_id)
    off = PrefixFactory(organisation=cast.organisation, enabled=False)
    PrefixFactory(organisation=cast.other)
    client = cast.client("member")

    everything = client.get(f"{cast.path}/prefixes").json()
    usable = client.get(f"{cast.path}/prefixes", {"enabled": "true"}).json()

    assert everything == [shown(default), shown(prefix), shown(off)]
    assert usable == everything[:2]


def test_it_changes_what_may_still_change(cast: Cast, prefix: Prefix) -> None:
    response = change(
        cast,
        prefix,
        description="Trains",
        number_digits=None,
        last_number=11,
        enabled=False,
    )

    prefix.refresh_from_db()
    assert response.json() == shown(prefix)
    assert [change[1:] for change in changes_of(prefix)] == [
        ("description", "", "Trains"),
        ("number_digits", 4, None),
        ("last_number", 10, 11),
        ("enabled", True, False),
    ]


def test_it_takes_its_own_answer_for_a_body(cast: Cast, prefix: Prefix) -> None:
    seen = cast.client("owner").get(f"/api/prefixes/{prefix.pk}").json()

    assert change(cast, prefix, **seen).json() == seen
    assert changes_of(prefix) == []


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ({"number_format": "LOK-{n}"}, {"number_format"}),
        ({"unique_number": False}, {"unique_number"}),
        ({"last_number": 9}, {"last_number"}),
        (
            {"number_format": "{n}", "unique_number": False, "last_number": 0},
            {"number_format", "unique_number", "last_number"},
        ),
    ],
)
def test_it_keeps_what_numbers_are_made_of(
    cast: Cast, prefix: Prefix, body: dict[str, Any], keys: set[str]
) -> None:
    response = change(cast, prefix, **{**body, "description": "Other"})

    assert said(response) == refusal("invalid_body", *keys)
    assert changes_of(prefix) == []


def test_it_deletes_a_prefix_that_was_never_used(cast: Cast) -> None:
    prefix = PrefixFactory(organisation=cast.organisation, enabled=False)

    response = cast.client("owner").delete(f"/api/prefixes/{prefix.pk}")

    assert response.status_code == 204
    assert not Prefix.objects.filter(pk=prefix.pk).exists()
    assert [change[0] for change in changes_of(prefix)] == ["deleted"]


@pytest.mark.parametrize(
    "values", [{"enabled": True}, {"enabled": False, "last_number": 1}]
)
def test_it_keeps_a_prefix_that_is_on_or_was_used(
    cast: Cast, values: dict[str, Any]
) -> None:
    prefix = PrefixFactory(organisation=cast.organisation, **values)

    response = cast.client("owner").delete(f"/api/prefixes/{prefix.pk}")

    assert said(response) == refusal("in_use")


def test_it_keeps_a_prefix_that_is_referred_to(cast: Cast) -> None:
    default = Prefix.objects.get(pk=cast.organisation.default_prefix_id)
    prefix = PrefixFactory(organisation=cast.organisation)
    kind = AssetTypeFactory(organisation=cast.organisation, prefix=prefix)
    make_assets(cast.organisation, 1, type_id=kind.pk, number=5)
    Prefix.objects.filter(pk__in=[default.pk, prefix.pk]).update(enabled=False)
    client = cast.client("owner")

    for_all = client.delete(f"/api/prefixes/{default.pk}")
    for_type = client.delete(f"/api/prefixes/{prefix.pk}")

    assert said(for_all) == refusal("in_use", "organisations")
    assert said(for_type) == refusal("in_use", "asset types", "asset groups")


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("name", [UNKNOWN, "abc", "9" * 25])
def test_it_is_missing(cast: Cast, method: str, name: object) -> None:
    response = getattr(cast.client("outsider"), method)(f"/api/prefixes/{name}")

    assert said(response) == refusal("prefix_invalid")


@pytest.mark.parametrize("who", ["outsider", "member", "manager"])
@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_it_is_for_those_who_manage_the_organisation(
    cast: Cast, prefix: Prefix, who: str, method: str
) -> None:
    path = f"/api/prefixes/{prefix.pk}"

    response = getattr(cast.client(who), method)(path, None)

    assert said(response) == refusal("missing_permission", status=403)
    manager = client_with(cast.organisation, "MANAGE_ORGANISATION")
    assert manager.get(path).json() == shown(prefix)
