"""What the tests of logs can ask for."""

import pytest
from pytest_django import Settings

from assets.models import AssetGroup
from tests.cast import Cast
from tests.factories.assets import make_asset


@pytest.fixture
def asset(cast: Cast) -> AssetGroup:
    """Return an asset that people write about."""
    return make_asset(cast.organisation)


@pytest.fixture
def path(asset: AssetGroup) -> str:
    """Return the path of the asset's logs."""
    return f"/api/assetgroups/{asset.pk}/logs"


@pytest.fixture
def files_on_disk(settings: Settings, tmp_path: object) -> None:
    """Store files on disk, as an operator does, in a folder of the test."""
    storage = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": storage, "OPTIONS": {"location": str(tmp_path)}},
    }
