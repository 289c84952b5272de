"""A list goes on where it stopped, whatever has come and gone meanwhile."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.signing import Signer
from django.db import connection, transaction
from django.db.models.functions import Length
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework import serializers

from assets.api.fleet.serializers.assets import AssetSerializer
from assets.models import Asset, AssetField, AssetGroup
from config.api.errors import Refusal
from config.api.odata.properties import Allowed
from tests.cast import Cast
from tests.config.api.odata.asking import ask, following
from tests.config.api.odata.scattered import Scattered, scatter
from tests.examples import examples
from tests.factories.assets import AssetFieldFactory, make_assets

PROPERTIES = (
    *("id", "name", "description", "active", "number", "created_at", "status_id"),
    *("status/name", "status/active", "fleet/code", "fleet/name", "location_id"),
    *("location/name", "sub_location_id", "fields/Text", "fields/Int", "fields/Dec"),
    *("fields/Flag", "fields/Day", "fields/Moment", "fields/Colour"),
)
ORDERS = st.lists(
    st.builds(
        "{} {}".format, st.sampled_from(PROPERTIES), st.sampled_from(["asc", "desc"])
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda key: key.split()[0],
).map(",".join)

continuing = settings(
    deadline=None,
    max_examples=examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class IdSerializer(serializers.ModelSerializer[Asset]):
    """As little of an asset as possible."""

    class Meta:
        model = Asset
        fields: Any = ("id",)


class PlainSerializer(IdSerializer):
    """The same, but DRF has to render it."""

    extra = serializers.SerializerMethodField()

    class Meta(IdSerializer.Meta):
        fields: Any = ("id", "extra")

    def get_extra(self, row: Asset) -> str:
        """Return anything."""
        return row.name


@pytest.fixture
def scattered(cast: Cast) -> Scattered:
    """Return assets with random values, a few of them alike."""
    return scatter(cast)


class Walk:
    """Reads a list page by page."""

    def __init__(
        self,
        scattered: Scattered,
        query: dict[str, str],
        serializer: Any = IdSerializer,
    ) -> None:
        self.scattered, self.serializer = scattered, serializer
        self.query: dict[str, str] | None = query
        self.seen: list[int] = []

    def step(self) -> None:
        """Read one page."""
        assert self.query is not None
        response = ask(
            self.scattered.assets, self.serializer, self.scattered.allowed, self.query
        )
        rows = (
            response.data if isinstance(response.data, list) else response.data["value"]
        )
        self.seen += [int(row["id"]) for row in rows]
        address = following(response)
        self.query = None
        if address is not None:
            follow = parse_qs(urlsplit(address).query)
            self.query = {name: value for name, [value] in follow.items()}

    def all(self) -> list[int]:
        """Read the pages that are left."""
        while self.query is not None:
            self.step()
        return self.seen


def ordered(scattered: Scattered, order: str) -> list[int]:
    """Return the ids of the whole list in one page."""
    return Walk(scattered, {"$orderby": order, "$top": "1000"}).all()


@continuing
@given(order=ORDERS, top=st.integers(1, 15))
def test_it_reads_by_pages_what_one_page_holds(
    scattered: Scattered, order: str, top: int
) -> None:
    query = {"$orderby": order, "$top": str(top)}
    assert Walk(scattered, query).all() == ordered(scattered, order)


@pytest.mark.parametrize(
    "order", ["", "id desc", "name desc", "status_id desc,name", "fields/Dec desc,id"]
)
@pytest.mark.parametrize("serializer", [IdSerializer, PlainSerializer, AssetSerializer])
def test_it_does_so_however_rows_are_rendered(
    scattered: Scattered, order: str, serializer: Any
) -> None:
    whole = ordered(scattered, order or "id")
    assert Walk(scattered, {"$orderby": order, "$top": "7"}, serializer).all() == whole
    counted = {"$orderby": order, "$top": "9", "$count": "true"}
    assert Walk(scattered, counted, serializer).all() == whole
    skipped = {"$orderby": order, "$top": "9", "$skip": "5"}
    assert Walk(scattered, skipped, serializer).all() == whole[5:]


@settings(continuing, max_examples=examples(7))
@given(order=ORDERS, data=st.data())
def test_it_neither_skips_nor_repeats_while_rows_come_and_go(
    scattered: Scattered, order: str, data: st.DataObject
) -> None:
    before = ordered(scattered, order)
    gone: set[int] = set()
    with transaction.atomic():
        walk = Walk(scattered, {"$orderby": order, "$top": "6"})
        while walk.query is not None:
            walk.step()
            # The last row shown is the one on which the continuation stands.
            some = st.sets(st.sampled_from([*before, walk.seen[-1]]), max_size=4)
            gone |= data.draw(some)
            Asset.objects.filter(pk__in=gone).delete()
            _add(scattered, data.draw(st.integers(0, 3)), like=before[len(gone) % 7])
        assert len(walk.seen) == len(set(walk.seen))
        stayed = [key for key in before if key not in gone]
        assert [key for key in walk.seen if key in stayed] == stayed
        # Whatever was shown was in the order of the list.
        after = [key for key in ordered(scattered, order) if key in walk.seen]
        assert [key for key in walk.seen if key in after] == after
        transaction.set_rollback(True)


def _add(scattered: Scattered, count: int, like: int) -> None:
    """Add rows like one that was there."""
    row = AssetGroup.objects.filter(pk=like).first()
    if row is None:
        return
    made = make_assets(scattered.cast.organisation, count, type_id=row.type_id)
    AssetGroup.objects.filter(pk__in=[one.pk for one in made]).update(
        fields=row.fields,
        status=row.status_id,
        location=row.location_id,
        created_at=row.created_at,
        active=row.active,
    )


@pytest.mark.parametrize("order", ["", "name", "status/name desc", "fields/Int"])
def test_it_costs_the_same_at_any_depth(scattered: Scattered, order: str) -> None:
    walk = Walk(scattered, {"$orderby": order, "$top": "5"}, AssetSerializer)
    costs = []
    while walk.query is not None:
        # Each request finds the fields of the organisation anew.
        scattered = Scattered(scattered.cast, scattered.rows)
        walk.scattered = scattered
        with CaptureQueriesContext(connection) as captured:
            walk.step()
        costs.append(len(captured))
        assert all("OFFSET" not in one["sql"] for one in captured.captured_queries)
    assert len(costs) == 8
    assert len(set(costs)) == 1


def test_it_starts_an_index_where_the_last_page_stopped(cast: Cast) -> None:
    make_assets(cast.organisation, 8)
    scattered = Scattered(cast, {})
    for order, start in {
        "": '("assets_assetgroup"."id") > ',
        "id desc": '("assets_assetgroup"."id") < ',
        "name": '("assets_assetgroup"."normalised_name", "assets_assetgroup"."id") > ',
        "name desc": '"assets_assetgroup"."normalised_name" <= ',
    }.items():
        walk = Walk(scattered, {"$orderby": order, "$top": "3"})
        walk.step()
        with CaptureQueriesContext(connection) as captured:
            walk.step()
        assert start in captured.captured_queries[-1]["sql"]


def test_it_keeps_the_token_short_whatever_is_sorted_by(cast: Cast) -> None:
    made = make_assets(cast.organisation, 3, description="\U0001f682ä" * 500)
    keys = [
        AssetFieldFactory(organisation=cast.organisation, name=f"text {n}").key
        for n in range(4)
    ]
    AssetGroup.objects.filter(pk__in=[one.pk for one in made]).update(
        fields=dict.fromkeys(keys, "\U0001f682ö" * 8_000)
    )
    order = ",".join(f"fields/{key[1:]} desc" for key in keys)
    walk = Walk(Scattered(cast, {}), {"$orderby": f"description,{order}", "$top": "1"})
    walk.step()
    assert walk.query is not None
    assert len(walk.query["$skiptoken"]) < 1_000
    assert walk.all() == [one.pk for one in made]


@pytest.fixture
def token(scattered: Scattered) -> str:
    """Return the token of a list that is filtered, and ordered by name."""
    walk = Walk(scattered, {**QUERY, "$top": "5"})
    walk.step()
    assert walk.query is not None
    return walk.query["$skiptoken"]


QUERY = {"$filter": "number gt 2", "$orderby": "name", "active": "true"}


def refused(scattered: Scattered, query: dict[str, str], **options: str) -> bool:
    """Tell whether the list refuses a query for its token."""
    try:
        ask(scattered.assets, IdSerializer, scattered.allowed, query, **options)
    except Refusal as refusal:
        return (refusal.code, [*refusal.errors]) == ("odata_error", ["$skiptoken"])
    return False


def test_it_takes_its_own_token(scattered: Scattered, token: str) -> None:
    for more in ({}, {"$top": "3"}, {"$count": "true"}, {"$select": "id"}):
        assert not refused(scattered, {**QUERY, **more, "$skiptoken": token})
    assert not refused(scattered, {**QUERY, "$skip": "5", "$skiptoken": ""})


@pytest.mark.parametrize(
    "changed",
    [
        {"$filter": "number gt 3"},
        {"$filter": ""},
        {"$orderby": "name desc"},
        {"$orderby": "name,number"},
        {"$orderby": ""},
        {"active": "false"},
        {"name": "a"},
        {"$skip": "5"},
        {"$skip": "0"},
    ],
)
def test_it_refuses_a_token_that_was_made_for_another_list(
    scattered: Scattered, token: str, changed: dict[str, str]
) -> None:
    assert refused(scattered, {**QUERY, "$skiptoken": token, **changed})


def test_it_refuses_a_token_of_another_organisation(
    scattered: Scattered, token: str
) -> None:
    query = {**QUERY, "$skiptoken": token}
    assert refused(scattered, query, path="/api/organisations/5/assets")


def test_it_refuses_a_token_that_it_did_not_make(
    scattered: Scattered, token: str
) -> None:
    value, signature = token.rsplit(":", 1)
    forged = Signer(key="another key").sign_object(["binding", [1]])
    foreign = Signer(salt="another salt").sign_object(["binding", [1]])
    for wrong in (
        *(value, f"{value}:", f":{signature}", f"{value[:-2]}:{signature}"),
        *(f"{value}:{signature[:-1]}", token + "A", token.swapcase(), token[::-1]),
        *(forged, foreign, "x", "x:y", "\0", "ä", "\ud800", "A" * 10_000),
    ):
        assert refused(scattered, {**QUERY, "$skiptoken": wrong}), wrong


def test_it_continues_a_list_only_that_it_can_continue(cast: Cast) -> None:
    make_assets(cast.organisation, 3)
    # In the order of something that is no column: pages are counted instead.
    queryset = Asset.objects.order_by(Length("name"), "id")
    first = ask(queryset, IdSerializer, Allowed(), {"$top": "2"})
    address = following(first)
    assert address is not None
    assert parse_qs(urlsplit(address).query) == {"$top": ["2"], "$skip": ["2"]}
    with pytest.raises(Refusal):
        ask(queryset, IdSerializer, Allowed(), {"$skiptoken": "x"})


def test_it_goes_on_over_the_wire(scattered: Scattered) -> None:
    client = scattered.cast.client("member")
    query = {"$filter": "fields/Text ne null", "$orderby": "fields/Text desc"}
    address: str | None = f"{scattered.cast.path}/assets?{urlencode(query)}&$top=4"
    seen = []
    while address is not None:
        response = client.get(address)
        assert response.status_code == 200
        seen += [row["fields"] for row in response.json()]
        address = following(response)
        assert address is None or address.startswith("http://testserver/api/org")
    [field] = AssetField.objects.filter(name="Text")
    texts = [fields[str(field.pk)]["value"] for fields in seen]
    assert texts == sorted(texts, reverse=True)
    assert len(texts) == sum(
        row["fields/Text"] is not None for row in scattered.rows.values()
    )
