"""The devices that cells name."""

from typing import ClassVar

from licensing.imports.finding import NamedAssets


class NamedDevices(NamedAssets):
    """Assets by number, inventory number, serial number or name, in this order."""

    columns: ClassVar[tuple[str, ...]] = (
        "formatted_number",
        "device__inventory_number",
        "device__normalised_serial_number",
        "normalised_name",
    )
