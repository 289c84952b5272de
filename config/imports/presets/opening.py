"""By the name of a shape, how a file is taken apart."""

from collections.abc import Callable, Mapping
from pathlib import Path

from config.imports.presets import consists, glpi, halo
from config.imports.presets.shaping import ShapedTable

SHAPES: Mapping[str, Callable[[Path, str], ShapedTable]] = {
    "glpi-counters": glpi.counters,
    "glpi-device": glpi.device,
    "glpi-software": glpi.software,
    "halo-devices": halo.devices,
    "halo-software": halo.software,
    "train-vehicles": consists.vehicles,
    "train-consists": consists.consists,
}


def open_shaped(path: Path, shape: str, *, encoding: str = "") -> ShapedTable:
    """Take a file apart; raise ImportFailure when it is not of that shape."""
    return SHAPES[shape](path, encoding)
