"""Fast reads of the device API show exactly what its serializers declare."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from config.api.device.on_demand import Described
from config.api.device.serializers import DeviceSerializer
from config.api.keyed import read_keys
from config.api.renderers import JsonRenderer
from config.api.rows import is_compiled, template
from config.urls.device import documented
from organisations.models import Location, SubLocation
from tests.cast import Cast
from tests.config.api.device.places import PartSerializer, PlaceSerializer
from tests.factories.organisations import LocationFactory, SubLocationFactory

pytestmark = pytest.mark.django_db

# The routes bring every serializer with them.
assert documented


def every_serializer(base: type = DeviceSerializer) -> Iterator[type[DeviceSerializer]]:
    """Return every serializer of the family that shows a model's rows."""
    one: Any
    for one in base.__subclasses__():
        if hasattr(one, "Meta"):
            yield one
        yield from every_serializer(one)


def read_only(one: type[DeviceSerializer]) -> bool:
    """Tell whether a serializer shows rows, and is not for bodies alone."""
    return any(field.read_only for field in template(one).values())


def test_it_compiles_every_serializer_that_shows_rows() -> None:
    slow = [
        one.__qualname__
        for one in every_serializer()
        if read_only(one) and not is_compiled(one) and not issubclass(one, Described)
    ]

    assert slow == []


def test_it_shows_the_same_either_way(cast: Cast) -> None:
    own = {"organisation": cast.organisation}
    LocationFactory(**own, name="Turku", code="TKU", radius=2.5, delivery=True)
    LocationFactory(**own, name="", code="")
    SubLocationFactory(location=LocationFactory(**own), asset_capacity=None)
    cases: list[tuple[Any, Any]] = [
        (PlaceSerializer, Location),
        (PartSerializer, SubLocation),
    ]
    for serializer, model in cases:
        rows = model.objects.of(cast.organisation).order_by("pk")
        fast = read_keys(serializer, model, [row.pk for row in rows])
        plain = serializer(rows, many=True).data

        assert orjson.loads(JsonRenderer().render(fast)) == orjson.loads(
            JsonRenderer().render(list(plain))
        )
        assert len(fast) == len(rows) >= 1


def test_it_says_what_is_unset_in_one_object(cast: Cast) -> None:
    part = SubLocationFactory(
        location=LocationFactory(organisation=cast.organisation, name=""),
        name="",
        asset_capacity=None,
    )

    (shown,) = read_keys(PartSerializer, SubLocation, [part.pk])

    assert (shown["name"], shown["place_name"], shown["asset_capacity"]) == ("", "", 0)
