"""Making assets by the set: numbers, places and refusals of each draft."""

from collections.abc import Sequence

import pytest

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, AssetType
from assets.services.creation import check_assets, create_assets
from assets.services.drafts import AssetDraft
from config.api.errors import Refusal
from organisations.models import Change, Organisation
from tests.counting import queries_of
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    make_assets,
)
from tests.factories.organisations import (
    LocationFactory,
    OrganisationFactory,
    SubLocationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    """Return an organisation."""
    return OrganisationFactory()


@pytest.fixture
def kind(organisation: Organisation) -> AssetType:
    """Return a type numbered by the default prefix."""
    return AssetTypeFactory(organisation=organisation)


def numbers(assets: Sequence[AssetGroup]) -> list[int]:
    """Return the numbers of assets."""
    return [asset.number for asset in assets]


def outcomes(checked: Sequence[AssetGroup | Refusal]) -> list[str]:
    """Return the code of each refusal, an empty one for a row that is ready."""
    return [one.code if isinstance(one, Refusal) else "" for one in checked]


def drafts_of(kind: AssetType, *wanted: int | None) -> list[AssetDraft]:
    """Return a draft for every number, None for the next of the series."""
    return [AssetDraft(type_id=kind.pk, number=number) for number in wanted]


@pytest.mark.parametrize(
    ("taken", "wanted", "given"),
    [
        ([], [None] * 3, [1, 2, 3]),
        ([2, 4, 6], [None] * 5, [1, 3, 5, 7, 8]),
        ([1, 2, 3, 4, 5], [None] * 2, [6, 7]),
        ([], [None, 2, None, None], [1, 2, 3, 4]),
        ([3], [1, None, 2, None], [1, 4, 2, 5]),
        ([10**12], [None, None], [1, 2]),
    ],
)
def test_it_passes_over_numbers_given_out_by_hand(
    organisation: Organisation,
    kind: AssetType,
    taken: list[int],
    wanted: list[int | None],
    given: list[int],
) -> None:
    def make(*numbers_wanted: int | None) -> list[AssetGroup]:
        drafts = drafts_of(kind, *numbers_wanted)
        return create_assets(
            organisation=organisation, drafts=drafts, actor=organisation.owner
        )

    make(*taken)

    assert numbers(make(*wanted)) == given


def test_it_leaves_the_numbers_of_deleted_assets(
    organisation: Organisation, kind: AssetType
) -> None:
    make_assets(organisation, type_id=kind.pk, number=2)
    AssetGroup.objects.update(deleted_at="2026-11-22T09:20:00Z")

    assert numbers(make_assets(organisation, 2, type_id=kind.pk)) == [1, 3]


def test_it_refuses_a_number_that_an_earlier_draft_has(
    organisation: Organisation, kind: AssetType
) -> None:
    make_assets(organisation, type_id=kind.pk, number=9)

    checked = check_assets(
        organisation=organisation, drafts=drafts_of(kind, 5, 9, 5, 6, None)
    )

    assert outcomes(checked) == ["", "number_in_use", "number_in_use", "", ""]


def test_it_names_every_draft_at_fault(
    organisation: Organisation, kind: AssetType
) -> None:
    drafts = [
        AssetDraft(type_id=kind.pk),
        AssetDraft(type_id=kind.pk, name="x", active=None),
        AssetDraft(),
    ]

    with pytest.raises(Refusal) as refused:
        create_assets(
            organisation=organisation, drafts=drafts, actor=organisation.owner
        )

    assert refused.value.code == "invalid_body"
    assert set(refused.value.errors) == {"[1].name", "[1].active", "[2].type_id"}
    assert not AssetGroup.objects.exists()


def test_it_gives_the_place_of_a_refused_draft_to_the_next(
    organisation: Organisation, kind: AssetType
) -> None:
    part = SubLocationFactory(location__organisation=organisation, asset_capacity=2)
    here = {
        "type_id": kind.pk,
        "location_id": part.location_id,
        "sub_location_id": part.pk,
    }
    drafts = [AssetDraft(**here, name=name) for name in ("a1", "x", "a2", "y", "a3")]

    checked = check_assets(organisation=organisation, drafts=drafts)

    refusals = ["", "invalid_body", "", "location_invalid", "location_invalid"]
    assert outcomes(checked) == refusals


def test_it_reads_in_sets(organisation: Organisation) -> None:
    own = {"organisation": organisation}

    def draft() -> AssetDraft:
        field = AssetFieldFactory(**own)
        part = SubLocationFactory(location=LocationFactory(**own), asset_capacity=1)
        return AssetDraft(
            type_id=AssetTypeFactory(**own, with_fields=[field]).pk,
            status_id=AssetStatusFactory(**own).pk,
            location_id=part.location_id,
            sub_location_id=part.pk,
            fields={str(field.pk): "x"},
        )

    def cost(drafts: list[AssetDraft]) -> int:
        actor = organisation.owner
        return queries_of(
            lambda: create_assets(organisation=organisation, drafts=drafts, actor=actor)
        )

    assert cost([draft() for _ in range(2)]) == cost([draft() for _ in range(30)])


def test_it_leaves_a_row_of_history_for_every_asset(
    organisation: Organisation, kind: AssetType
) -> None:
    assets = make_assets(organisation, 3, type_id=kind.pk)

    changes = Change.objects.filter(model="assetgroup").order_by("id")
    assert [change.object_id for change in changes] == [asset.pk for asset in assets]
    assert {change.action for change in changes} == {"created"}


def test_it_makes_equipment_by_the_same_rules(organisation: Organisation) -> None:
    kind = AssetTypeFactory(
        organisation=organisation, ephemerality=Ephemerality.EQUIPMENT
    )
    single = AssetTypeFactory(organisation=organisation)

    checked = check_assets(
        organisation=organisation,
        drafts=[AssetDraft(type_id=one.pk) for one in (kind, single)],
        ephemerality=Ephemerality.EQUIPMENT,
    )

    assert outcomes(checked) == ["", "asset_type_required"]
    assert isinstance(checked[0], AssetGroup)
    assert checked[0].name == "new equipment"
