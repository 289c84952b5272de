"""Batches of new assets taken in one after the other."""

import pytest
from django.db import transaction

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup
from assets.services.drafts import AssetDraft
from assets.services.intake import Intake
from config.api.copying import WORTHWHILE
from config.api.errors import Refusal
from config.api.sending import sending_ahead
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory
from tests.factories.organisations import LocationFactory, SubLocationFactory

pytestmark = pytest.mark.django_db


def test_it_numbers_batches_and_leaves_their_history(cast: Cast) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    with transaction.atomic(), sending_ahead():
        intake = Intake(cast.organisation, cast.owner, Ephemerality.SINGLE)
        for _ in range(2):
            drafts = [
                AssetDraft(type_id=kind.pk, name=f"Bus {number}")
                for number in range(WORTHWHILE)
            ]
            rows = [one for one in intake.check(drafts) if isinstance(one, AssetGroup)]
            intake.write(rows)

    stored = list(AssetGroup.objects.of(cast.organisation).filter(type=kind))
    first = stored[0].number
    assert [row.number - first for row in stored] == list(range(2 * WORTHWHILE))
    ids = [row.pk for row in stored]
    told = Change.objects.filter(model="assetgroup", object_id__in=ids)
    assert {(one.action, one.user_id) for one in told} == {("created", cast.owner.pk)}
    assert told.count() == 2 * WORTHWHILE


def test_it_counts_places_anew_for_every_batch(cast: Cast) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation)
    location = LocationFactory(organisation=cast.organisation)
    place = SubLocationFactory(location=location, asset_capacity=3)
    draft = AssetDraft(
        type_id=kind.pk,
        name="Tram",
        location_id=location.pk,
        sub_location_id=place.pk,
    )
    with transaction.atomic(), sending_ahead():
        intake = Intake(cast.organisation, cast.owner, Ephemerality.SINGLE)
        refused = []
        for _ in range(2):
            checked = intake.check([draft, draft])
            refused.append([one.code for one in checked if isinstance(one, Refusal)])
            intake.write([one for one in checked if isinstance(one, AssetGroup)])

    assert refused == [[], ["location_invalid"]]
