"""Software of devices: written by name and version, many at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from assets.models import AssetGroup
from config.api.errors import Refusal, invalid
from devices.models import Software, SoftwareTitle
from devices.services.drafts import SoftwareDraft
from devices.services.rows import lock_devices, touch
from licensing.models import Licence, LicenceRole
from organisations.models import Membership, User
from organisations.names import clean_name
from organisations.services import history

MEMBER = "software"
BATCH = 500
COLUMNS = (
    "licence",
    "role",
    "user",
    "count",
    "bundledesc",
    "cost",
    "lastused",
    "install_date",
    "expiry_date",
    "licence_required",
    "moduleid",
    "snowid",
)
Pair = tuple[AssetGroup, Sequence[SoftwareDraft]]
Told = tuple[AssetGroup, str, object, object]
Titles = Mapping[tuple[str, str], SoftwareTitle]


@transaction.atomic
def upsert_software(pairs: Sequence[Pair], *, actor: User) -> list[Software]:
    """Install or change software, by name and version; the rest of it stays.

    The assets are of one organisation. Raise `invalid_body` at `software` for a name,
    a version or a value that cannot be kept, and for an unknown licence, role or user.
    """
    pairs = [(asset, drafts) for asset, drafts in pairs if drafts]
    if not pairs:
        return []
    organisation_id = pairs[0][0].organisation_id
    _check_links(organisation_id, [one for _, drafts in pairs for one in drafts])
    lock_devices([asset for asset, _ in pairs])
    titles = _titles(organisation_id, [one for _, drafts in pairs for one in drafts])
    stored = _stored([asset.pk for asset, _ in pairs], titles)
    saved: dict[tuple[int, int], Software] = {}
    before: dict[int, dict[str, object]] = {}
    assets = {asset.pk: asset for asset, _ in pairs}
    for asset, drafts in pairs:
        for draft in drafts:
            title = titles[_key(draft)]
            key = (asset.pk, title.pk)
            row = saved.get(key) or stored.get(key)
            row = row or Software(
                organisation_id=organisation_id, asset_id=asset.pk, title=title
            )
            if row.pk is not None:
                before.setdefault(row.pk, row.recorded())
            _fill(row, draft.values)
            saved[key] = row
    _write([*saved.values()], before, assets, actor)
    return [*saved.values()]


def _key(draft: SoftwareDraft) -> tuple[str, str]:
    return clean_name(draft.name), clean_name(draft.version)


def _fill(row: Software, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    try:
        row.clean_fields(
            exclude={"id", "organisation", "asset", "title", "licence", "role", "user"}
        )
    except ValidationError as error:
        said = [
            f"{key}: {one}" for key, them in error.message_dict.items() for one in them
        ]
        raise invalid({MEMBER: said}) from error


def _check_links(organisation_id: int, drafts: Collection[SoftwareDraft]) -> None:
    """Refuse licences, roles and people that are not of the organisation."""

    def named(column: str) -> set[int]:
        return {key for one in drafts if (key := one.values.get(column))}

    licences = Licence.objects.present().filter(organisation=organisation_id)
    roles = LicenceRole.objects.filter(organisation=organisation_id)
    members = Membership.objects.filter(organisation=organisation_id)
    known = {
        "licence_id": licences.filter(pk__in=named("licence_id")).values_list("pk"),
        "role_id": roles.filter(pk__in=named("role_id")).values_list("pk"),
        "user_id": members.filter(user__in=named("user_id")).values_list("user_id"),
    }
    for column, rows in known.items():
        keys = named(column)
        if keys and keys - {key for (key,) in rows}:
            name = column.removesuffix("_id")
            raise Refusal("invalid_body", f"The {name} does not exist.", field=MEMBER)


def _titles(organisation_id: int, drafts: Collection[SoftwareDraft]) -> Titles:
    """Return the title of each name and version; those missing are made.

    What another request makes at this moment is read, not made twice.
    """
    keys = {_key(draft) for draft in drafts}
    found = _read_titles(organisation_id, keys)
    missing = sorted(keys - found.keys())
    if not missing:
        return found
    rows = []
    for name, version in missing:
        row = SoftwareTitle(organisation_id=organisation_id, name=name, version=version)
        try:
            row.clean_fields(exclude={"id", "organisation"})
        except ValidationError as error:
            raise invalid({MEMBER: [*error.messages]}) from error
        rows.append(row)
    SoftwareTitle.objects.bulk_create(rows, ignore_conflicts=True)
    return _read_titles(organisation_id, keys)


def _read_titles(
    organisation_id: int, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], SoftwareTitle]:
    names = {name for name, _ in keys}
    rows = SoftwareTitle.objects.filter(organisation=organisation_id, name__in=names)
    return {
        (row.name, row.version): row for row in rows if (row.name, row.version) in keys
    }


def _stored(assets: Collection[int], titles: Titles) -> dict[tuple[int, int], Software]:
    keys = {title.pk for title in titles.values()}
    rows = Software.objects.filter(asset__in=assets, title__in=keys)
    return {(row.asset_id, row.title_id): row for row in rows.select_related("title")}


def _write(
    rows: Sequence[Software],
    before: Mapping[int, Mapping[str, object]],
    assets: Mapping[int, AssetGroup],
    actor: User,
) -> None:
    new = [row for row in rows if row.pk is None]
    changed = [row for row in rows if row.pk and row.recorded() != before[row.pk]]
    Software.objects.bulk_create(new, batch_size=BATCH)
    Software.objects.bulk_update(changed, COLUMNS, batch_size=BATCH)
    told: list[Told] = [
        (assets[row.asset_id], f"{MEMBER}/{row.pk}", None, described(row))
        for row in new
    ]
    told += [
        (assets[row.asset_id], f"{MEMBER}/{row.pk}/{key}", before[row.pk][key], value)
        for row in changed
        for key, value in row.recorded().items()
        if before[row.pk][key] != value
    ]
    history.record_values(told, actor=actor)
    touch(row.asset_id for row in [*new, *changed])


def described(row: Software) -> dict[str, object]:
    """Return what the history keeps of a program that came or went."""
    values = {key: one for key, one in row.recorded().items() if one not in (None, "")}
    return {"name": row.title.name, "version": row.title.version} | values


@transaction.atomic
def remove_software(rows: Iterable[Software], *, actor: User | None) -> None:
    """Take programs off their devices; each leaves a line in the asset's history."""
    keys = [row.pk for row in rows]
    gone = list(Software.objects.filter(pk__in=keys).select_related("asset", "title"))
    told: list[Told] = [
        (row.asset, f"{MEMBER}/{row.pk}", described(row), None) for row in gone
    ]
    Software.objects.filter(pk__in=[row.pk for row in gone]).delete()
    history.record_values(told, actor=actor)
    touch(row.asset_id for row in gone)
