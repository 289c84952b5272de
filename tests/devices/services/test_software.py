"""Software by name and version, in the history of its device."""

from devices.models import Software, SoftwareTitle
from devices.services.drafts import SoftwareDraft
from devices.services.software import remove_software, upsert_software
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.devices import make_software


def lines(asset: int) -> list[tuple[str, object, object]]:
    """Return what the history of an asset says of software."""
    found = Change.objects.filter(model="assetgroup", object_id=asset)
    found = found.filter(field__startswith="software").order_by("id")
    return list(found.values_list("field", "old", "new"))


def test_it_changes_what_is_there_and_installs_what_is_not(cast: Cast) -> None:
    asset, other = make_asset(cast.organisation), make_asset(cast.organisation)
    first = make_software(asset, cost=5.0)
    drafts = [
        SoftwareDraft(" Writer ", "1.0", {"count": 3}),
        SoftwareDraft("Writer", "2.0"),
        SoftwareDraft("Writer", "2.0", {"cost": 1.5}),
    ]
    saved = upsert_software([(asset, drafts), (other, drafts[1:])], actor=cast.owner)
    assert [(one.asset_id, str(one), one.count, one.cost) for one in saved] == [
        (asset.pk, "Writer 1.0", 3, 5.0),
        (asset.pk, "Writer 2.0", 1, 1.5),
        (other.pk, "Writer 2.0", 1, 1.5),
    ]
    assert saved[0].pk == first.pk
    assert Software.objects.filter(asset=asset.pk).count() == 2
    assert lines(asset.pk)[1:] == [
        (
            f"software/{saved[1].pk}",
            None,
            {
                "name": "Writer",
                "version": "2.0",
                "organisation_id": str(cast.organisation.pk),
                "asset_id": str(asset.pk),
                "title_id": str(saved[1].title_id),
                "count": 1,
                "cost": 1.5,
                "licence_required": False,
                "moduleid": 0,
            },
        ),
        (f"software/{first.pk}/count", 1, 3),
    ]


def test_it_keeps_each_version_once_for_all_devices(cast: Cast) -> None:
    for organisation in (cast.organisation, cast.organisation, cast.other):
        make_software(make_asset(organisation))
    titles = SoftwareTitle.objects.filter(name="Writer")
    assert titles.of(cast.organisation).count() == titles.of(cast.other).count() == 1


def test_it_removes_software_and_tells_only_what_is_installed(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    row = make_software(asset)
    titles = SoftwareTitle.objects.visible_to(cast.owner)
    assert [str(one) for one in titles.installed()] == ["Writer 1.0"]
    remove_software([row], actor=cast.owner)
    assert not titles.installed().exists()
    field, old, new = lines(asset.pk)[-1]
    assert (field, new) == (f"software/{row.pk}", None)
    assert isinstance(old, dict)
    assert old["name"] == "Writer"
