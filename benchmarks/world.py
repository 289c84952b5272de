"""Invented organisations whose assets are the same in every run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from django.utils import timezone

from assets.ephemerality import Ephemerality
from assets.models import (
    AssetField,
    AssetGroup,
    AssetStatus,
    AssetType,
    AssetTypeField,
    EnumValue,
    FieldType,
)
from assets.services.creation import create_assets
from assets.services.drafts import AssetDraft
from assets.services.groups import create_group
from organisations.models import Fleet, Location, Organisation, SubLocation, User
from organisations.services.organisations import create_organisation

BATCH = 5_000
WORDS = ("Alder", "Birch", "Cedar", "Elm", "Hazel", "Larch", "Maple", "Rowan", "Willow")
MAKERS = ("Nordic Works", "Harbour & Sons", "Vale Foundry", "Tarn Coachbuilders")


@dataclass(frozen=True)
class World:
    """The organisation, and the ids that its assets refer to."""

    owner: User
    organisation: Organisation
    types: Sequence[int]
    statuses: Sequence[int]
    locations: Sequence[int]
    fleets: Sequence[int]
    fields: Sequence[int]
    liveries: Sequence[int]


def build_world(name: str) -> World:
    """Make an organisation with 8 types of 5 fields, and what else assets name."""
    owner, _ = User.objects.get_or_create(username="bench", email="bench@example.org")
    organisation = create_organisation(name=name, owner=owner)
    fields = [
        AssetField.objects.create(
            organisation=organisation, name=name, type=kind, units=units
        )
        for name, kind, units in (
            ("Maker", FieldType.TEXT, ""),
            ("Mass", FieldType.DECIMAL, "t"),
            ("Seats", FieldType.INTEGER, ""),
            ("Built", FieldType.DATE, ""),
            ("Livery", FieldType.ENUM, ""),
        )
    ]
    liveries = [
        EnumValue.objects.create(
            field=fields[-1], value=text, updated_at=timezone.now()
        )
        for text in ("red", "green", "blue")
    ]
    return World(
        owner=owner,
        organisation=organisation,
        types=[_type(organisation, n, fields) for n in range(8)],
        statuses=[
            AssetStatus.objects.create(organisation=organisation, name=name).pk
            for name in ("in service", "stored", "in repair", "on loan", "scrapped")
        ],
        locations=[_location(organisation, n) for n in range(40)],
        fleets=[
            Fleet.objects.create(organisation=organisation, name=f"Fleet {n}").pk
            for n in range(4)
        ],
        fields=[field.pk for field in fields],
        liveries=[value.pk for value in liveries],
    )


def _type(organisation: Organisation, n: int, fields: Sequence[AssetField]) -> int:
    kind = AssetType.objects.create(
        organisation=organisation, name=f"Type {n}", ephemerality=Ephemerality.SINGLE
    )
    for field in fields:
        AssetTypeField.objects.create(type=kind, field=field)
    return int(kind.pk)


def _location(organisation: Organisation, n: int) -> int:
    location = Location.objects.create(
        organisation=organisation,
        name=f"Depot {n}",
        code=f"D{n}",
        latitude=50 + n / 10,
        longitude=n / 10,
    )
    for track in range(2):
        SubLocation.objects.create(
            organisation=organisation, location=location, name=f"Track {track}"
        )
    return int(location.pk)


def make_drafts(world: World, random: Random, count: int) -> list[AssetDraft]:
    """Invent assets that use everything: status, place, fleet and five fields."""
    return [
        AssetDraft(
            type_id=random.choice(world.types),
            name=f"{random.choice(WORDS)} {random.randrange(1_000_000)}",
            description="Invented for measuring",
            fleet_id=random.choice(world.fleets),
            status_id=random.choice(world.statuses),
            location_id=random.choice(world.locations),
            fields=_values(world, random),
        )
        for _ in range(count)
    ]


def _values(world: World, random: Random) -> dict[str, object]:
    values = (
        random.choice(MAKERS),
        random.randrange(10_000) / 100,
        random.randrange(200),
        f"{random.randrange(1950, 2026)}-{random.randrange(1, 13):02d}-01",
        str(random.choice(world.liveries)),
    )
    return {str(key): value for key, value in zip(world.fields, values, strict=True)}


def add_assets(world: World, random: Random, count: int) -> None:
    """Make that many more assets through the service."""
    for _ in _made(world, random, count):
        pass


def add_groups(world: World, random: Random, count: int, members: int) -> None:
    """Make that many temporary groups, each of that many assets of its own."""
    assets = [asset.pk for asset in _made(world, random, count * members)]
    for n in range(count):
        create_group(
            organisation=world.organisation,
            body={
                "ephemerality": Ephemerality.TEMPORARY,
                "name": f"Train {n}",
                "status_id": random.choice(world.statuses),
                "location_id": random.choice(world.locations),
                "consist_asset_group_ids": assets[n * members : (n + 1) * members],
            },
            actor=world.owner,
        )


def _made(world: World, random: Random, count: int) -> Iterator[AssetGroup]:
    while count:
        batch = min(count, BATCH)
        yield from create_assets(
            organisation=world.organisation,
            drafts=make_drafts(world, random, batch),
            actor=world.owner,
        )
        count -= batch
