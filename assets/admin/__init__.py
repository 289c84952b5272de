"""The back office of assets and the words they are described with."""

from assets.admin import assets, catalogue, fields, groups, logs

__all__ = ["assets", "catalogue", "fields", "groups", "logs"]
