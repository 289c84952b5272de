"""How files of assets are loaded: the keys of a row, and the services it calls."""

from assets.imports.resource import AssetResource

__all__ = ["AssetResource"]
