"""Fast reads show exactly what the serializers declare."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.db import models
from django.utils import timezone
from rest_framework import serializers

from assets.api.fleet.serializers.assets import AssetSerializer
from assets.api.fleet.serializers.types import (
    AssetFieldSerializer,
    AssetTypeSerializer,
)
from assets.api.fleet.serializers.words import (
    AssetStatusSerializer,
    AssetZoneSerializer,
    EnumValueSerializer,
)
from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetGroup, AssetTypeZone, FieldType
from config.api.keyed import keyed_rows
from config.api.renderers import JsonRenderer
from config.api.rows import Page, columns_of, is_compiled, read_rows, render, template
from config.urls.fleet import documented
from organisations.api.fleet.base import FleetSerializer
from organisations.api.fleet.history import ChangeSerializer
from organisations.api.fleet.locations import (
    LocationSerializer,
    SubLocationSerializer,
)
from organisations.api.fleet.people import EmbeddedUserSerializer
from organisations.models import FleetShare
from tests.cast import Cast
from tests.counting import queries_of
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    EnumValueFactory,
    make_assets,
)
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    SubLocationFactory,
    SubscriptionFactory,
    UserFactory,
)


def every_serializer(base: type = FleetSerializer) -> Iterator[type[FleetSerializer]]:
    """Return every fleet serializer that shows a model's rows."""
    one: Any
    for one in base.__subclasses__():
        if hasattr(one, "Meta"):
            yield one
        yield from every_serializer(one)


# The routes bring every serializer with them.
assert documented

SHOWN = sorted(
    {one for one in every_serializer() if is_compiled(one)},
    key=lambda one: str(one.__qualname__),
)


@pytest.fixture
def register(cast: Cast) -> Cast:
    """Fill the register with every kind of value, link and null."""
    own = {"organisation": cast.organisation}
    colour = AssetFieldFactory(**own, name="colour", type=FieldType.ENUM)
    red = EnumValueFactory(field=colour, value="red", updated_by=UserFactory())
    EnumValueFactory(field=colour, value="blue")
    colour.default_value = str(red.pk)
    colour.save()
    power = AssetFieldFactory(
        **own, name="power", type=FieldType.DECIMAL, units="kW", required=True
    )
    run = AssetFieldFactory(**own, name="run", type=FieldType.DURATION)
    stray = AssetFieldFactory(**own, name="stray", max_length=9)
    kind = AssetTypeFactory(
        **own, fleet=FleetFactory(**own), with_fields=[colour, power, run]
    )
    AssetTypeZone.objects.create(type=kind, zone=AssetZoneFactory(**own, code="B1"))
    location = LocationFactory(**own, code="HKI", latitude=60.17, longitude=24.94)
    track = SubLocationFactory(location=location, asset_capacity=50)
    SubLocationFactory(location=location, enabled=False)
    make_assets(
        cast.organisation,
        3,
        type_id=kind.pk,
        status_id=AssetStatusFactory(**own, active=False).pk,
        fleet_id=FleetFactory(**own).pk,
        location_id=location.pk,
        sub_location_id=track.pk,
        fields={"power": 6000.25, "run": 60, "colour": "blue"},
    )
    plain, governed, strange = make_assets(cast.organisation, 3)
    yard = LocationFactory(**own, name="Yard")
    group = AssetGroup.objects.get(pk=plain.pk)
    group.pk = None  # type: ignore[assignment]
    group.ephemerality = Ephemerality.TEMPORARY
    group.type, group.number, group.location = None, 99, yard
    group.sub_location = SubLocationFactory(location=yard)
    group.save()
    AssetGroup.objects.filter(pk=governed.pk).update(governed_by=group, position=2)
    FleetShare.objects.create(
        fleet=FleetFactory(**own), organisation=cast.other, shared_by=cast.owner
    )
    FleetShare.objects.create(fleet=FleetFactory(**own), user=UserFactory())
    SubscriptionFactory(**own, starts_at=timezone.now())
    # A value of a field that is not on the asset's type.
    AssetGroup.objects.filter(pk=strange.pk).update(fields={stray.key: "kept"})
    return cast


def plainly(serializer_class: type[FleetSerializer], row: models.Model) -> Any:
    """Render one row as Django REST framework does, through its attributes."""
    rendered = serializer_class(row).data
    return orjson.loads(JsonRenderer().render(rendered))


def quickly(serializer_class: type[FleetSerializer], rows: Any) -> Any:
    """Render rows as lists do."""
    return orjson.loads(JsonRenderer().render(read_rows(serializer_class, rows)))


@pytest.mark.parametrize("serializer_class", SHOWN, ids=lambda one: one.__qualname__)
def test_it_shows_what_the_plain_path_shows(
    register: Cast, serializer_class: type[FleetSerializer]
) -> None:
    rows = serializer_class.Meta.model._base_manager.order_by("pk")  # type: ignore[attr-defined]
    expected = [plainly(serializer_class, row) for row in rows]
    assert quickly(serializer_class, rows) == expected
    if expected:
        assert [list(row) for row in expected] == [list(template(serializer_class))] * (
            len(expected)
        )


def test_it_compiles_every_serializer_of_the_hot_lists() -> None:
    hot = {
        AssetSerializer,
        AssetTypeSerializer,
        AssetFieldSerializer,
        AssetStatusSerializer,
        AssetZoneSerializer,
        EnumValueSerializer,
        LocationSerializer,
        SubLocationSerializer,
        EmbeddedUserSerializer,
        ChangeSerializer,
    }
    assert hot <= set(SHOWN)


def test_it_falls_back_for_computed_fields(register: Cast) -> None:
    class Computed(FleetSerializer):
        shout = serializers.SerializerMethodField()

        class Meta:
            model = Asset
            fields = ("name", "shout")

        def get_shout(self, row: Asset) -> str:
            return row.name.upper()

    assert not is_compiled(Computed)
    first = read_rows(Computed, Asset.objects.order_by("pk")[:1])
    assert [dict(row) for row in first] == [{"name": "asset 0", "shout": "ASSET 0"}]


@pytest.mark.parametrize(
    "order", [("id",), ("-id",), ("normalised_name", "-id"), ("type__name", "id")]
)
def test_it_reads_by_key_what_the_queryset_holds(
    register: Cast, order: tuple[str, ...]
) -> None:
    columns = columns_of(AssetSerializer)
    queryset = Asset.objects.of(register.organisation).order_by(*order)[1:4]
    found = keyed_rows(queryset, columns)
    assert found == list(queryset.values_list(*columns))
    assert len(found) == 3


def test_it_reads_nothing_by_key_of_an_empty_queryset(register: Cast) -> None:
    assert keyed_rows(Asset.objects.none()[:5], ("id",)) == []


def test_it_renders_a_page_in_as_many_queries_whatever_is_on_it(
    register: Cast,
) -> None:
    columns = columns_of(AssetSerializer)

    def cost(count: int) -> int:
        rows = list(Asset.objects.order_by("pk").values_list(*columns)[:count])
        return queries_of(lambda: render(AssetSerializer, Page(columns, rows)))

    assert cost(1) == cost(6) == 2
