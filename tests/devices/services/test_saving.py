"""Devices: made and changed with all that a body says of them, all or none."""

import pytest

from assets.models import Asset
from assets.services.drafts import AssetDraft
from config.api.errors import Refusal
from devices.models import (
    Bookmark,
    Device,
    DeviceReference,
    IntegrationLink,
    Software,
)
from devices.services.creation import (
    DeviceChange,
    create_devices,
    update_devices,
)
from devices.services.drafts import (
    DeviceDraft,
    IntegrationDraft,
    Linked,
    SoftwareDraft,
)
from devices.services.rows import without_device
from devices.services.saving import save_device, save_devices
from licensing.kinds import ReferenceKind
from organisations.models import Change
from tests.cast import Cast
from tests.counting import queries_of
from tests.factories.assets import AssetTypeFactory, make_asset, make_assets
from tests.factories.devices import asset_of, make_device, make_devices
from tests.factories.licensing import make_licence

SUPPLIER, SERVICE = ReferenceKind.SUPPLIER, ReferenceKind.SERVICE


def lines(asset: int) -> list[tuple[str, object, object]]:
    """Return the changed values in an asset's history, in order."""
    found = Change.objects.filter(model="assetgroup", object_id=asset, action="changed")
    return list(found.order_by("id").values_list("field", "old", "new"))


def records(device: Device) -> list[tuple[str, int, str, int]]:
    """Return the records that a device refers to."""
    links = DeviceReference.objects.filter(asset=device.pk).select_related("reference")
    return [
        (one.kind, one.reference.number, one.reference.label, one.line)
        for one in links.order_by("id")
    ]


def test_it_makes_a_device_with_everything(cast: Cast) -> None:
    licence = make_licence(cast.organisation, 1)
    draft = DeviceDraft(
        values={
            "inventory_number": "NB-00417",
            "user_id": cast.member.pk,
            "serial_number": "SN1",
        },
        references={
            SUPPLIER: [Linked(label="Ratatosk IT")],
            ReferenceKind.SALES_ORDER: [Linked(number=9, line=4)],
            SERVICE: [Linked(number=1), Linked(number=2)],
        },
        software=[SoftwareDraft("LibreOffice Writer", "25.8.2")],
        licences=[licence.pk],
        external_links=[IntegrationDraft("domotz", 3, "x-1", "https://d.example/1")],
        bookmarked=True,
    )
    (device,) = make_devices(cast.organisation, draft)
    device.refresh_from_db()
    assert device.asset.name == "NB-00417"
    assert (device.inventory_number, device.normalised_inventory_number) == (
        "NB-00417",
        "nb-00417",
    )
    assert (device.user, device.normalised_serial_number) == (cast.member, "sn1")
    assert records(device) == [
        ("supplier", 1, "Ratatosk IT", 0),
        ("sales_order", 9, "", 4),
        ("service", 1, "", 0),
        ("service", 2, "", 0),
    ]
    installed = Software.objects.get(asset=device.pk)
    assert (str(installed), installed.count) == ("LibreOffice Writer 25.8.2", 1)
    link = IntegrationLink.objects.get(asset=device.pk)
    assert (link.tenant_id, link.third_party_id) == (3, "x-1")
    assert Bookmark.objects.filter(user=cast.owner, asset=device.pk).exists()
    licence.refresh_from_db()
    assert licence.assets_in_use == 1


def test_it_leaves_its_history_with_the_asset(cast: Cast) -> None:
    device = make_device(cast.organisation, inventory_number="NB-1")
    draft = DeviceDraft(
        values={"notes": "Mind the fan", "inventory_number": "NB-1"},
        references={SUPPLIER: [Linked(number=5)]},
    )
    before = asset_of(device).updated_at
    save_device(asset_of(device), draft, actor=cast.owner)
    assert lines(device.pk)[-2:] == [
        ("notes", "", "Mind the fan"),
        ("references/supplier", None, "supplier 5"),
    ]
    count = len(lines(device.pk))
    assert asset_of(device).updated_at > before
    save_device(asset_of(device), draft, actor=cast.owner)
    assert len(lines(device.pk)) == count


def test_it_replaces_the_records_of_a_kind_that_is_named(cast: Cast) -> None:
    device = make_device(cast.organisation)
    for links in ([Linked(1), Linked(2)], [Linked(2), Linked(3)]):
        draft = DeviceDraft(references={SERVICE: links})
        save_device(asset_of(device), draft, actor=cast.owner)
    order = {ReferenceKind.SALES_ORDER: [Linked(7, line=1)]}
    for line in (1, 2):
        order[ReferenceKind.SALES_ORDER] = [Linked(7, line=line)]
        save_device(
            asset_of(device), DeviceDraft(references=dict(order)), actor=cast.owner
        )
    assert records(device) == [
        ("service", 2, "", 0),
        ("service", 3, "", 0),
        ("sales_order", 7, "", 2),
    ]
    none = DeviceDraft(references={SERVICE: [Linked()]})
    save_device(asset_of(device), none, actor=cast.owner)
    assert records(device) == [("sales_order", 7, "", 2)]


def test_it_tags_and_names_what_nobody_has_named(cast: Cast) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation, name="laptop")
    drafts = [
        DeviceDraft(),
        DeviceDraft(values={"inventory_number": "7"}),
        DeviceDraft(values={"inventory_number": "  Notebook of the director  "}),
    ]
    made = make_devices(cast.organisation, *drafts, type_id=kind.pk)
    first = asset_of(made[0])
    assert made[0].inventory_number == first.formatted_number
    names = [asset_of(one).name for one in made]
    assert names[1:] == ["laptop 7", "Notebook of the dire"]
    assert first.name in {first.formatted_number, f"laptop {first.formatted_number}"}
    save_device(
        asset_of(made[1]),
        DeviceDraft(values={"inventory_number": ""}),
        actor=cast.owner,
    )
    made[1].refresh_from_db()
    assert made[1].inventory_number == asset_of(made[1]).formatted_number


def test_it_refuses_everything_for_what_is_wrong_anywhere(cast: Cast) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    theirs = make_device(cast.other)
    pairs = [
        (AssetDraft(type_id=kind.pk), DeviceDraft()),
        (
            AssetDraft(type_id=kind.pk),
            DeviceDraft(
                values={
                    "user_id": cast.outsider.pk,
                    "parent_id": theirs.pk,
                    "colour": "red",
                    "criticality": 2**31,
                }
            ),
        ),
    ]
    before = Asset.objects.count()
    with pytest.raises(Refusal) as refused:
        create_devices(organisation=cast.organisation, pairs=pairs, actor=cast.owner)
    assert sorted(refused.value.errors) == [
        "[1].colour",
        "[1].criticality",
        "[1].parent_id",
        "[1].user_id",
    ]
    pairs = [(AssetDraft(location_id=1), DeviceDraft())] * 2
    with pytest.raises(Refusal) as refused:
        create_devices(organisation=cast.organisation, pairs=pairs, actor=cast.owner)
    assert sorted(refused.value.errors) == ["[0].assettype_id", "[1].assettype_id"]
    assert Asset.objects.count() == before


@pytest.mark.parametrize(
    ("draft", "member"),
    [
        (DeviceDraft(software=[SoftwareDraft("")]), "software"),
        (DeviceDraft(software=[SoftwareDraft("A", values={"count": -1})]), "software"),
        (
            DeviceDraft(software=[SoftwareDraft("A", values={"licence_id": 5})]),
            "software",
        ),
        (DeviceDraft(licences=[5]), "add_licences"),
        (DeviceDraft(external_links=[IntegrationDraft("x")]), "external_links"),
        (
            DeviceDraft(external_links=[IntegrationDraft("snow", url="no")]),
            "external_links",
        ),
        (DeviceDraft(references={SUPPLIER: [Linked(2**31)]}), "supplier_name"),
    ],
)
def test_it_names_the_member_at_fault(
    draft: DeviceDraft, member: str, cast: Cast
) -> None:
    asset = make_asset(cast.organisation)
    with pytest.raises(Refusal) as refused:
        save_device(asset, draft, actor=cast.owner)
    assert list(refused.value.errors) == [member]
    assert without_device([asset.pk]) == {asset.pk}


def test_it_puts_no_asset_under_itself(cast: Cast) -> None:
    top, middle, low = (make_device(cast.organisation) for _ in range(3))
    for above, below in ((top, middle), (middle, low)):
        draft = DeviceDraft(values={"parent_id": above.pk})
        save_device(asset_of(below), draft, actor=cast.owner)
    for key in (top.pk, low.pk):
        draft = DeviceDraft(values={"parent_id": key})
        with pytest.raises(Refusal) as refused:
            save_device(asset_of(top), draft, actor=cast.owner)
        assert refused.value.errors == {
            "parent_id": ["An asset cannot be under itself."]
        }


def test_it_changes_asset_and_device_together(cast: Cast) -> None:
    device = make_device(cast.organisation, inventory_number="NB-1")
    change = DeviceChange(
        device.pk, {"active": False}, DeviceDraft(values={"notes": "Gone"})
    )
    update_devices(organisation=cast.organisation, changes=[change], actor=cast.owner)
    device.refresh_from_db()
    assert (asset_of(device).active, device.notes) == (False, "Gone")
    theirs = make_device(cast.other)
    for key in (theirs.pk, 1):
        with pytest.raises(Refusal) as refused:
            update_devices(
                organisation=cast.organisation,
                changes=[DeviceChange(key, {}, DeviceDraft())],
                actor=cast.owner,
            )
        assert refused.value.code == "not_found"


def test_it_writes_many_with_as_many_queries_as_two(cast: Cast) -> None:
    def queries(count: int) -> int:
        pairs = [
            (
                asset,
                DeviceDraft(
                    values={"serial_number": f"{asset.pk}", "user_id": cast.member.pk},
                    references={SUPPLIER: [Linked(number=3)]},
                    software=[SoftwareDraft("Writer", f"{count}")],
                    bookmarked=True,
                ),
            )
            for asset in make_assets(cast.organisation, count)
        ]
        own = cast.organisation
        return queries_of(
            lambda: save_devices(organisation=own, pairs=pairs, actor=cast.owner)
        )

    queries(1)
    assert queries(2) == queries(30)
