"""Parents of devices: those named before their own row are linked once it is there."""

from collections import Counter
from collections.abc import Callable, Iterable

from assets.models import AssetGroup
from config.api.errors import Refusal
from devices.imports.finding import NamedDevices
from organisations.imports import Cells, Note, squeezed

DEFINING = ("name", "inventory_number", "serial_number")


class Parents:
    """The texts by which rows name their parents, and what rows are still to come."""

    def __init__(
        self, devices: NamedDevices, number_of: Callable[[Cells], str]
    ) -> None:
        self.devices = devices
        self.number_of = number_of
        self.to_come: Counter[str] = Counter()
        self.waiting: dict[int, str] = {}
        self.lost = 0
        # Names too long for the register, by which later cells may call an asset.
        self.cut: dict[str, str] = {}

    def announce(self, cells: Cells) -> None:
        """Note what a row that will be loaded later is called."""
        self.to_come.update(self._texts(cells))

    def arrive(self, rows: Iterable[Cells]) -> None:
        """Note that these rows have had their turn."""
        for cells in rows:
            self.to_come.subtract(self._texts(cells))

    def prepare(self, texts: Iterable[str]) -> None:
        """Read at once what several texts mean."""
        self.devices.find_all({self._short(text) for text in texts})

    def find(self, text: str) -> AssetGroup | None:
        """Return the parent that a text means, None for one that is still to come.

        Raise `asset_invalid` at `parent` for one that is not.
        """
        found = self.devices.find(self._short(text))
        if isinstance(found, AssetGroup):
            return found
        if self.to_come[squeezed(text)] > 0:
            return None
        raise Refusal(found.code, found.message, field="parent")

    def arrived(self) -> dict[int, int]:
        """Return assets that waited, with the parents that are there now."""
        self.devices.forget()
        short = {key: self._short(text) for key, text in self.waiting.items()}
        found = self.devices.find_all(short.values())
        there = {
            key: parent.pk
            for key, text in short.items()
            if isinstance(parent := found[text], AssetGroup)
        }
        for key in there:
            del self.waiting[key]
        return there

    @property
    def notes(self) -> list[Note]:
        """Tell of parents that never came."""
        count = len(self.waiting) + self.lost
        message = "Devices have no parent: its row was refused, or stands under theirs."
        return [Note("parents_missing", message, count)] if count else []

    def _short(self, text: str) -> str:
        return self.cut.get(squeezed(text), text)

    def _texts(self, cells: Cells) -> set[str]:
        texts = {squeezed(cells.text(key)) for key in DEFINING}
        return (texts | {squeezed(self.number_of(cells))}) - {""}
