"""Rules that hold while several requests write at once; on PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections, transaction

from assets.models import (
    AssetField,
    AssetGroup,
    AssetType,
    AssetTypeField,
    EnumValue,
    FieldType,
)
from assets.services.changing import update_asset
from assets.services.creation import create_assets
from assets.services.drafts import AssetDraft
from assets.services.enum_values import add_value
from assets.services.fields import create_field
from assets.services.types import add_field
from config.api.errors import Refusal
from organisations.models import Change, Organisation, Prefix
from tests.factories.assets import AssetFieldFactory, AssetTypeFactory, make_assets
from tests.factories.organisations import OrganisationFactory, SubLocationFactory

THREADS = 8

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organisation() -> Organisation:
    """Return an organisation."""
    return OrganisationFactory()


@pytest.fixture
def kind(organisation: Organisation) -> AssetType:
    """Return a type numbered by the default prefix."""
    return AssetTypeFactory(organisation=organisation)


def at_once(work: Callable[[int], object], threads: int = THREADS) -> Counter[str]:
    """Start the work in every thread at the same moment; count how each ended."""
    barrier = Barrier(threads)

    def run(number: int) -> str:
        try:
            barrier.wait()
            work(number)
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(threads) as pool:
        return Counter(pool.map(run, range(threads)))


def create(kind: AssetType, **values: object) -> AssetGroup:
    """Make one asset of the type."""
    (asset,) = create_assets(
        organisation=kind.organisation,
        drafts=[AssetDraft(type_id=kind.pk, **values)],
        actor=kind.organisation.owner,
    )
    return asset


def numbers_of(kind: AssetType) -> list[int]:
    """Return the numbers of the assets of a type in order."""
    rows = AssetGroup.objects.filter(type=kind).order_by("number")
    return list(rows.values_list("number", flat=True))


def test_it_gives_every_asset_a_number_of_its_own(kind: AssetType) -> None:
    def work(_: int) -> None:
        for _turn in range(50):
            create(kind)

    assert at_once(work) == {"done": THREADS}
    assert numbers_of(kind) == list(range(1, 50 * THREADS + 1))


def test_it_passes_over_numbers_given_out_by_hand_meanwhile(kind: AssetType) -> None:
    def work(thread: int) -> None:
        for turn in range(20):
            by_hand = 2 * (10 * turn + thread) + 1
            create(kind, number=by_hand if thread < 2 else None)

    ended = at_once(work)

    assert ended.keys() <= {"done", "number_in_use"}
    numbers = numbers_of(kind)
    assert len(numbers) == len(set(numbers))
    assert ended["done"] >= THREADS - 2


def test_it_leaves_no_gap_for_what_was_rolled_back(kind: AssetType) -> None:
    def work(thread: int) -> None:
        for turn in range(10):
            with transaction.atomic():
                create(kind)
                if turn % 2:
                    transaction.set_rollback(True)

    assert at_once(work) == {"done": THREADS}
    assert numbers_of(kind) == list(range(1, 5 * THREADS + 1))


def test_it_gives_out_a_number_by_hand_once(kind: AssetType) -> None:
    ended = at_once(lambda _: create(kind, number=7))

    assert ended == {"done": 1, "number_in_use": THREADS - 1}


def test_it_lets_so_many_in_as_there_are_places(kind: AssetType) -> None:
    part = SubLocationFactory(
        location__organisation=kind.organisation, asset_capacity=3
    )
    here = {"location_id": part.location_id, "sub_location_id": part.pk}

    ended = at_once(lambda _: create(kind, **here))

    assert ended == {"done": 3, "location_invalid": THREADS - 3}
    assert AssetGroup.objects.filter(sub_location=part).count() == 3


def test_it_moves_so_many_in_as_there_are_places(kind: AssetType) -> None:
    part = SubLocationFactory(
        location__organisation=kind.organisation, asset_capacity=3
    )
    here = {"location_id": part.location_id, "sub_location_id": part.pk}
    owner = kind.organisation.owner
    assets = make_assets(kind.organisation, THREADS, type_id=kind.pk)

    ended = at_once(lambda thread: update_asset(assets[thread], here, actor=owner))

    assert ended == {"done": 3, "location_invalid": THREADS - 3}
    assert AssetGroup.objects.filter(sub_location=part).count() == 3


def test_it_makes_a_field_of_a_name_once(organisation: Organisation) -> None:
    names = ("power", "POWER")

    ended = at_once(
        lambda thread: create_field(
            organisation=organisation,
            body={"name": names[thread % 2], "type": 0},
            actor=organisation.owner,
        )
    )

    assert ended == {"done": 1, "field_name_not_unique": THREADS - 1}
    assert AssetField.objects.count() == 1


def test_it_makes_an_enum_value_once(organisation: Organisation) -> None:
    field = AssetFieldFactory(organisation=organisation, type=FieldType.ENUM)

    ended = at_once(lambda _: add_value(field, "red", actor=organisation.owner))

    assert ended == {"done": 1, "value_not_unique": THREADS - 1}
    assert EnumValue.objects.count() == 1


def test_it_links_a_field_once(organisation: Organisation, kind: AssetType) -> None:
    field = AssetFieldFactory(organisation=organisation)

    ended = at_once(lambda _: add_field(kind, field, actor=organisation.owner))

    assert ended == {"done": THREADS}
    assert AssetTypeField.objects.count() == 1
    assert Change.objects.filter(model="assettype", field="fields").count() == 1


def test_it_keeps_every_one_of_several_changes_of_an_asset(
    organisation: Organisation,
) -> None:
    fields = AssetFieldFactory.create_batch(THREADS, organisation=organisation)
    kind = AssetTypeFactory(organisation=organisation, with_fields=fields)
    asset = create(kind)

    ended = at_once(
        lambda thread: update_asset(
            asset,
            {"fields": {str(fields[thread].pk): "x"}},
            actor=organisation.owner,
        )
    )

    assert ended == {"done": THREADS}
    asset.refresh_from_db()
    assert asset.fields == {field.key: "x" for field in fields}
    prefix = Prefix.objects.get(pk=organisation.default_prefix_id)
    assert prefix.last_number == 1
