"""The IT of the demo's two offices: programs, licences, certificates, meters, loans.

Everything goes through the services that the device API and the back office call, the
notebooks all at once. Days are counted from now, so that something always runs out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from assets.models import Asset, AssetField
from devices.models import MeterReading
from devices.services.custody import Handover, check_in, check_out
from devices.services.drafts import DeviceDraft, Linked, SoftwareDraft
from devices.services.readings import add_reading
from devices.services.saving import save_devices
from licensing.kinds import ReferenceKind
from licensing.models import Licence
from licensing.services.certificates import create_certificate
from licensing.services.licences import create_licence
from organisations.models import Location, Organisation, User
from organisations.services.users import generate_password

FLEET = "Office IT"
TAG, MAKER, SERIAL = "Asset tag", "Manufacturer", "Serial number"
NOTEBOOK, SERVER, PRINTER = "Notebook", "Server", "Printer"
# Programs by the category of what they are installed on.
PROGRAMS: Mapping[str, Sequence[tuple[str, str]]] = {
    NOTEBOOK: (
        ("Kanto Desktop", "12.4"),
        ("Fjord Office", "25.8"),
        ("Vahti Antivirus", "7.1"),
    ),
    SERVER: (("Kanto Server", "12.4"), ("Vahti Antivirus", "7.1")),
}
# Licences: how many seats are left once every device with the program has one.
SPARE: Mapping[str, int] = {"Fjord Office": 1, "Kanto Server": 0, "Vahti Antivirus": 6}
# Certificates, and in how many days they run out.
CERTIFICATES: Mapping[str, int] = {
    "intranet.halmevik.example": 12,
    "timetable.halmevik.example": 41,
    "mail.halmevik.example": 230,
}
MONTH = timedelta(days=30)
MONTHS = 12
PAGES_A_MONTH = 830


class Offices:
    """The devices of the offices, seen by one person."""

    def __init__(self, organisation: Organisation, actor: User) -> None:
        self.organisation, self.actor = organisation, actor
        self.now = timezone.now()
        assets = Asset.objects.of(organisation).filter(fleet__name=FLEET)
        self.assets: list[Asset] = list(assets.select_related("type").order_by("id"))
        fields = AssetField.objects.of(organisation)
        self.keys = {field.name: f"f{field.pk}" for field in fields}

    def open(self) -> None:
        """Write down what the offices have."""
        licences = self._buy_licences()
        self._keep_devices(licences)
        self._keep_certificates()
        self._read_meters()
        self._lend()

    def _of(self, *categories: str) -> list[Asset]:
        return [one for one in self.assets if category_of(one) in categories]

    def _value(self, asset: Asset, field: str) -> str:
        return str(asset.fields.get(self.keys.get(field, ""), "") or "")

    def _buy_licences(self) -> dict[str, Licence]:
        """Buy as many seats as are used, and a few to spare."""
        bought = {}
        for place, (name, spare) in enumerate(SPARE.items(), start=1):
            used = self._of(*(kind for kind in PROGRAMS if name in names_on(kind)))
            values = {
                "name": name,
                "count": len(used) + spare,
                "vendor": "Ratatosk IT",
                "billing_cycle": "Yearly",
                "start_date": self.now - MONTHS * MONTH,
                "end_date": self.now + place * MONTH,
            }
            bought[name] = create_licence(
                organisation=self.organisation, values=values, actor=self.actor
            )
        return bought

    def _keep_devices(self, licences: Mapping[str, Licence]) -> None:
        """Make IT devices of the assets, with programs and seats, all at once."""
        pairs = [(asset, self._draft(asset, licences)) for asset in self.assets]
        save_devices(organisation=self.organisation, pairs=pairs, actor=self.actor)

    def _draft(self, asset: Asset, licences: Mapping[str, Licence]) -> DeviceDraft:
        programs = PROGRAMS.get(category_of(asset), ())
        maker = self._value(asset, MAKER)
        return DeviceDraft(
            values={
                "inventory_number": self._value(asset, TAG),
                "serial_number": self._value(asset, SERIAL),
            },
            references={ReferenceKind.MANUFACTURER: [Linked(label=maker)]}
            if maker
            else {},
            software=list(installed(programs, licences)),
            licences=[licences[name].pk for name, _ in programs if name in licences],
        )

    def _keep_certificates(self) -> None:
        """Keep certificates, where the operator has given keys to encrypt with."""
        if not settings.ENCRYPTION_KEYS:
            return
        server = self._of(SERVER)[0]
        for name, days in CERTIFICATES.items():
            values = {
                "name": name,
                "subject": f"CN={name}",
                "issuer": "CN=Halmevik Railway CA",
                "not_before": self.now + timedelta(days=days - 365),
                "not_after": self.now + timedelta(days=days),
                "asset": server,
            }
            create_certificate(
                organisation=self.organisation,
                values=values,
                new_password=generate_password(),
                actor=self.actor,
            )

    def _read_meters(self) -> list[MeterReading]:
        """Read how much a printer of each office has printed, every month."""
        return [
            add_reading(
                asset=printer,
                values={
                    "asset_meter_id": 1,
                    "meter_name": "Pages",
                    "timestamp": self.now - (MONTHS - month) * MONTH,
                    "reading": 40_000 + month * PAGES_A_MONTH + 97 * (month % 3),
                },
                actor=self.actor,
            )
            for printer in (self._of(PRINTER)[0], self._of(PRINTER)[-1])
            for month in range(MONTHS + 1)
        ]

    def _lend(self) -> None:
        """Lend two notebooks; one comes back."""
        first, second, *_ = self._of(NOTEBOOK)
        due = self.now + timedelta(days=14)
        trip = Handover(user=self.actor, due_at=due, note="For the board meeting")
        check_out(first, trip, actor=self.actor)
        room = Location.objects.of(self.organisation).get(name="Lindal traffic office")
        check_out(second, Handover(location=room), actor=self.actor)
        check_in(second, note="Back with a scratch on the lid", actor=self.actor)


def category_of(asset: Asset) -> str:
    """Return what kind of device an asset is."""
    return asset.type.name if asset.type else ""


def names_on(category: str) -> set[str]:
    """Return the programs that devices of a category have."""
    return {name for name, _ in PROGRAMS[category]}


def installed(
    programs: Iterable[tuple[str, str]], licences: Mapping[str, Licence]
) -> Iterable[SoftwareDraft]:
    """Yield a draft of each program, with the licence that it runs under."""
    for name, version in programs:
        values: dict[str, Any] = {}
        if name in licences:
            values = {"licence_id": licences[name].pk, "licence_required": True}
        yield SoftwareDraft(name, version, values)
