"""A day on the demo railway: trains are put together, run, and taken apart again.

Everything goes through the services that the API and the back office call, so the
demo's history, logs and work look like those of a railway at work.
"""

from collections.abc import Sequence
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetGroup, AssetType, WorkItem
from assets.services.changing import update_asset
from assets.services.groups import add_to_group, create_group, remove_from_group
from assets.services.logs import create_log
from assets.services.work_items import create_work_item, update_work_item
from organisations.models import Fleet, FleetShare, Location, Organisation, User
from organisations.services import rows
from organisations.services.fleets import offer_fleet, update_share
from organisations.services.organisations import create_organisation

LESSEE = "Lindal Timber"
UNITS = ("Sm9 01", "Sm9 02", "Sm9 03")


class Day:
    """One day of the railway, seen by one person."""

    def __init__(self, organisation: Organisation, actor: User) -> None:
        self.organisation, self.actor = organisation, actor

    def run(self) -> None:
        """Let the day pass."""
        self._couple_units()
        self._run_express()
        self._run_local_train()
        self._run_timber_train()
        self._write_down()
        self._plan_work()
        self._share_wagons()

    def _asset(self, name: str) -> AssetGroup:
        found: AssetGroup = Asset.objects.of(self.organisation).get(name=name)
        return found

    def _ids(self, names: Sequence[str]) -> list[int]:
        return [self._asset(name).pk for name in names]

    def _place(self, name: str) -> int:
        return Location.objects.of(self.organisation).get(name=name).pk

    def _train(self, name: str, ids: Sequence[int], place: str) -> AssetGroup:
        body = {
            "ephemerality": Ephemerality.TEMPORARY,
            "name": name,
            "location_id": self._place(place),
            "consist_asset_group_ids": list(ids),
        }
        return create_group(organisation=self.organisation, body=body, actor=self.actor)

    def _move(self, train: AssetGroup, place: str) -> None:
        update_asset(train, {"location_id": self._place(place)}, actor=self.actor)

    def _couple_units(self) -> None:
        """Make permanent groups of the cars that stay together."""
        kind = AssetType(
            organisation=self.organisation,
            name="Multiple unit",
            ephemerality=Ephemerality.PERMANENT,
        )
        rows.create(kind, actor=self.actor)
        self.units = []
        for name in UNITS:
            body = {
                "ephemerality": Ephemerality.PERMANENT,
                "type_id": kind.pk,
                "name": name,
                "consist_asset_group_ids": self._ids([f"{name}{car}" for car in "ABC"]),
            }
            unit = create_group(
                organisation=self.organisation, body=body, actor=self.actor
            )
            self.units.append(unit)

    def _run_express(self) -> None:
        """Run a train that gets a coach and another locomotive, and is taken apart."""
        coaches = ["Ed 5401", "Ed 5402", "Ed 5403"]
        train = self._train("IC 12", self._ids(["Joutsen", *coaches]), "Marisalo")
        add_to_group(train, self._asset("Ed 5404"), actor=self.actor)
        self._move(train, "Halmevik")
        remove_from_group(train, self._asset("Joutsen"), actor=self.actor)
        peippo = self._asset("Peippo")
        add_to_group(train, peippo, position=0, actor=self.actor)
        self._move(train, "Lindal")
        update_asset(train, {"active": False}, actor=self.actor)

    def _run_local_train(self) -> None:
        """Run two units together, then shorten the train."""
        first, second, _ = self.units
        train = self._train("R 31", [first.pk, second.pk], "Lindal")
        self._move(train, "Halmevik")
        remove_from_group(train, second, actor=self.actor)

    def _run_timber_train(self) -> None:
        """Leave a freight train standing coupled in the evening."""
        wagons = [f"Snps 00{number}" for number in range(1, 6)]
        self._train("T 401", self._ids(["Merikotka", *wagons]), "Pohjaranta")

    def _write_down(self) -> None:
        """Write what was seen, with a photo."""
        self._log("Ed 5402", "Door 2 closes slowly; greased the guide.")
        self._log("Snps 003", "Flat spot on axle 2, photo taken.", photo=True)
        self._log("Peippo", "Brake test before departure: in order.")

    def _log(self, name: str, text: str, *, photo: bool = False) -> None:
        file = ContentFile(draw_photo(), name="axle.jpg") if photo else None
        create_log(
            group=self._asset(name), values={"log": text}, file=file, actor=self.actor
        )

    def _plan_work(self) -> None:
        """Write down work, some of it done by the evening."""
        wagon, coach = self._asset("Snps 003"), self._asset("Ed 5402")
        self._work("defect", "Turn the wheelset of axle 2", wagon)
        self._work("inspection", "Inspect the couplers", self.units[0])
        done = self._work("task", "Grease the guide of door 2", coach)
        update_work_item(done, {"state": "closed"}, actor=self.actor)

    def _work(self, kind: str, summary: str, group: AssetGroup) -> WorkItem:
        values = {"type": kind, "summary": summary, "asset_group_id": group.pk}
        return create_work_item(
            organisation=self.organisation, values=values, actor=self.actor
        )

    def _share_wagons(self) -> None:
        """Let a customer read the fleet of the wagons they load."""
        lessee = create_organisation(
            name=LESSEE,
            owner=self.actor,
            actor=self.actor,
            description="An invented customer that reads a fleet shared with it.",
        )
        fleet = Fleet.objects.of(self.organisation).get(name="Freight")
        share = offer_fleet(fleet=fleet, organisation_id=lessee.pk, actor=self.actor)
        accepted = FleetShare.Status.ACCEPTED
        update_share(share=share, status=accepted, actor=self.actor)


def draw_photo() -> bytes:
    """Draw what passes for a photo of a wheel with a flat spot."""
    image = Image.new("RGB", (800, 600), "#8a8f98")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 520, 800, 600), fill="#5b4a3a")
    pen.ellipse((200, 120, 600, 520), fill="#3b3f46", outline="#1f2227", width=18)
    pen.ellipse((340, 260, 460, 380), fill="#1f2227")
    pen.rectangle((360, 505, 440, 525), fill="#c0392b")
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()
