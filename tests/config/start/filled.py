"""An organisation with something of all that the start page counts."""

from datetime import timedelta

from django.utils import timezone

from assets.models import WorkItem
from organisations.models import Organisation
from tests.back_office import CASES
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory, make_assets
from tests.factories.imports import make_import
from tests.factories.licensing import make_certificate, make_licence, make_seat
from tests.factories.organisations import LocationFactory


def fill(organisation: Organisation) -> None:
    """Make assets in two statuses and none, work, licences, certificates, an import."""
    running = AssetStatusFactory(organisation=organisation, name="Running")
    broken = AssetStatusFactory(organisation=organisation, name="Broken")
    coach = AssetTypeFactory(organisation=organisation, name="Coach")
    depot = LocationFactory(organisation=organisation, name="", code="DEP")
    common = {"type_id": coach.pk}
    made = make_assets(
        organisation, 3, status_id=running.pk, location_id=depot.pk, **common
    )
    make_assets(organisation, 2, status_id=broken.pk, **common)
    wagon = AssetTypeFactory(organisation=organisation, name="Wagon")
    make_assets(organisation, 1, type_id=wagon.pk)
    for _ in range(2):
        CASES[WorkItem].make(organisation)
    now = timezone.now()
    for days in (-3, 10, 45, 80, 200):
        end = now + timedelta(days=days)
        make_licence(organisation, end_date=end)
        make_certificate(organisation, not_after=end)
    make_licence(organisation, is_active=False, end_date=now + timedelta(days=5))
    full = make_licence(organisation, 1)
    make_seat(full, made[0])
    nearly = make_licence(organisation, 10)
    for asset in make_assets(organisation, 9, **common):
        make_seat(nearly, asset)
    make_import(organisation)


def touch(organisation: Organisation) -> None:
    """Make one of each, to be seen or not."""
    CASES[WorkItem].make(organisation)
    end = timezone.now() + timedelta(days=10)
    make_licence(organisation, end_date=end)
    make_certificate(organisation, not_after=end)
    make_import(organisation)
