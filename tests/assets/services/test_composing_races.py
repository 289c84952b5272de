"""Two people who save one consist at once."""

from collections import Counter

import pytest

from assets.models import AssetGroup
from assets.services.composing import compose, version_of
from assets.services.membership import Place, places_of
from config.api.errors import Refusal
from organisations.models import Change
from tests.assets.services.test_consist_races import in_threads, look_at_groups
from tests.factories.assets import make_assets
from tests.factories.groups import make_group
from tests.factories.organisations import OrganisationFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

HANDS = 6


def test_it_stores_one_of_those_who_save_at_once_and_tells_the_others() -> None:
    organisation = OrganisationFactory()
    cars = make_assets(organisation, HANDS + 1)
    group = make_group(organisation, cars[0])
    version = version_of(group, places_of(group))
    noted = Change.objects.filter(object_id=group.pk).count()

    def save(number: int) -> str:
        wanted = [Place(cars[number + 1].pk), Place(cars[0].pk)]
        try:
            compose(group, wanted, version=version, actor=organisation.owner)
        except Refusal as refusal:
            return refusal.code
        return f"{cars[number + 1].pk}"

    said = Counter(in_threads(HANDS, save))

    assert said.pop("precondition_failed") == HANDS - 1
    ((winner, count),) = said.items()
    assert count == 1
    assert [one.asset_id for one in places_of(group)] == [int(winner), cars[0].pk]
    assert Change.objects.filter(object_id=group.pk).count() == noted + 1
    look_at_groups(organisation)
    assert AssetGroup.objects.filter(governed_by=group).count() == 2
