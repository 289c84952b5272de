"""Lists of devices: what a search finds, and how a list narrows."""

from typing import Any

import pytest

from assets.models import FieldType
from devices import querysets
from devices.models import DeviceAsset
from devices.services.drafts import DeviceDraft, IntegrationDraft, Linked
from devices.services.links import link_assets, siblings_of
from devices.services.saving import save_device
from licensing.kinds import ReferenceKind
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    make_asset,
)
from tests.factories.devices import asset_of, make_device
from tests.factories.groups import make_equipment
from tests.factories.licensing import make_licence, make_seat


def found(cast: Cast, rows: Any) -> list[int]:
    """Return the ids of the organisation's assets among the rows."""
    keys = rows.filter(organisation=cast.organisation).order_by("pk")
    return list(keys.values_list("pk", flat=True))


@pytest.mark.parametrize(
    "text",
    [
        "b-0041",
        "nb-00417",
        "SN-ÄÖ",
        "sn-äö",
        "kettu",
        "emor",
        "memory 32",
        "99 Owne",
        'a"b\\c',
        "  kettu   417 ",
    ],
)
def test_it_finds_each_word_somewhere(text: str, cast: Cast) -> None:
    fields = [AssetFieldFactory(organisation=cast.organisation) for _ in range(3)] + [
        AssetFieldFactory(organisation=cast.organisation, type=FieldType.INTEGER)
    ]
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=fields)
    values = ["memory 32", 'a"b\\c', "99", 1]
    pairs = zip(fields, values, strict=True)
    asset = make_asset(
        cast.organisation,
        type_id=kind.pk,
        name="Kettu",
        fields={str(field.pk): value for field, value in pairs},
    )
    columns = {
        "inventory_number": "NB-00417",
        "serial_number": "sn-Äö",
        "user_id": cast.owner.pk,
    }
    save_device(asset, DeviceDraft(values=columns), actor=cast.owner)
    make_device(cast.organisation, inventory_number="XX-1")
    assert found(cast, DeviceAsset.objects.matching(text)) == [asset.pk]


def test_it_searches_no_more_than_it_says(cast: Cast) -> None:
    fields = [AssetFieldFactory(organisation=cast.organisation) for _ in range(4)]
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=fields)
    asset = make_asset(
        cast.organisation,
        type_id=kind.pk,
        name="Kettu",
        fields={str(fields[3].pk): "fourth"},
    )
    rows = DeviceAsset.objects.all()
    assert found(cast, rows.matching("fourth")) == []
    assert found(cast, rows.matching("%")) == []
    assert found(cast, rows.matching("kettu", by_tag_only=True)) == []
    number = asset.formatted_number
    assert asset.pk in found(cast, rows.matching(number, by_tag_only=True))
    save_device(
        asset, DeviceDraft(values={"inventory_number": "NB-9"}), actor=cast.owner
    )
    assert found(cast, rows.matching("nb-9", by_tag_only=True)) == [asset.pk]


def test_it_shows_assets_with_a_device_or_without(cast: Cast) -> None:
    fields = [
        AssetFieldFactory(organisation=cast.organisation),
        AssetFieldFactory(organisation=cast.organisation, type=FieldType.INTEGER),
    ]
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=fields)
    values = {str(fields[0].pk): "32 GB", str(fields[1].pk): 8}
    bare = make_asset(cast.organisation, type_id=kind.pk, fields=values)
    make_equipment(cast.organisation)
    device = make_device(cast.organisation, inventory_number="NB-1")
    rows = DeviceAsset.objects.visible_to(cast.member).present()
    rows = rows.with_tag().with_key_fields().order_by("pk")
    said = rows.values_list("pk", "tag", "key_field", "key_field2", "key_field3")
    assert [(*one[:3], str(one[3]), one[4]) for one in said] == [
        (bare.pk, bare.formatted_number, "32 GB", "8", None),
        (device.pk, "NB-1", None, "None", None),
    ]
    assert not DeviceAsset.objects.visible_to(cast.outsider).exists()


def test_it_narrows_by_what_devices_have_to_do_with(cast: Cast) -> None:
    first, second, third = (asset_of(make_device(cast.organisation)) for _ in range(3))
    licence = make_licence(cast.organisation)
    make_seat(licence, first)
    drafts = {
        first: DeviceDraft(
            values={"user_id": cast.member.pk},
            references={ReferenceKind.SERVICE: [Linked(1), Linked(2)]},
            bookmarked=True,
        ),
        second: DeviceDraft(
            values={"parent_id": first.pk},
            references={ReferenceKind.SALES_ORDER: [Linked(5, line=2)]},
            external_links=[IntegrationDraft("domotz", 4)],
        ),
    }
    for asset, draft in drafts.items():
        save_device(asset, draft, actor=cast.owner)
    link_assets(third, first, actor=cast.owner)
    rows = DeviceAsset.objects.all()
    order = ReferenceKind.SALES_ORDER
    cases = [
        (rows.licensed_by(licence.pk), [first]),
        (rows.assigned_to(cast.member), [first]),
        (rows.bookmarked_by(cast.owner), [first]),
        (rows.bookmarked_by(cast.member), []),
        (rows.referring_to(ReferenceKind.SERVICE, 1, 2), [first]),
        (rows.referring_to(order, 5), [second]),
        (rows.referring_to(ReferenceKind.ITEM, 5), []),
        (rows.on_line(order, 2), [second]),
        (rows.on_line(order, 3), []),
        (rows.integrated_with("domotz"), [second]),
        (rows.integrated_with("domotz", 4, 5), [second]),
        (rows.integrated_with("domotz", 5), []),
        (rows.children_of(first.pk), [second]),
        (rows.with_children_of([first.pk]), [first, second]),
        (rows.linked_to(first.pk), [second, third]),
        (rows.linked_to(second.pk), [first]),
        (rows.linked_to(third.pk), [first]),
    ]
    for narrowed, expected in cases:
        assert found(cast, narrowed) == [one.pk for one in expected]
    assert [one.pk for one in siblings_of(third.pk)] == [first.pk]


def test_it_finds_the_devices_of_few_people_and_of_many(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = make_device(cast.organisation, user_id=cast.member.pk)
    make_device(cast.organisation, user_id=cast.owner.pk)
    rows = DeviceAsset.objects.all()

    few = found(cast, rows.matching("MEMBER"))
    monkeypatch.setattr(querysets, "MOST_MEANT", 0)

    assert few == found(cast, rows.matching("MEMBER")) == [device.pk]
