from typing import Any

import pytest
from django.core.exceptions import ValidationError

from organisations.models import Change, Membership, Organisation, Prefix, User
from organisations.services.organisations import create_organisation
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    person: User = UserFactory()
    return person


def test_it_founds_an_organisation(owner: User) -> None:
    organisation = create_organisation(name=" North Depot ", owner=owner)

    organisation.refresh_from_db()
    assert organisation.name == "North Depot"
    assert organisation.owner == owner
    assert organisation.enabled
    assert [member.user for member in organisation.memberships.all()] == [owner]
    prefix = Prefix.objects.of(organisation).get()
    assert organisation.default_prefix == prefix
    assert (prefix.enabled, prefix.unique_number, prefix.last_number) == (True, True, 0)


def test_it_records_each_row_once(owner: User) -> None:
    founder: User = UserFactory()
    organisation = create_organisation(name="North Depot", owner=owner, actor=founder)

    changes = Change.objects.of(organisation)
    assert sorted(changes.values_list("model", "action", "user")) == [
        ("membership", "created", founder.pk),
        ("organisation", "created", founder.pk),
        ("prefix", "created", founder.pk),
    ]
    founded: Any = changes.get(model="organisation").new
    assert founded["default_prefix_id"] == str(organisation.default_prefix_id)


@pytest.mark.parametrize("name", ["", "A", "a" * 101, "a\0b", "a\nb"])
def test_it_refuses_a_name(owner: User, name: str) -> None:
    with pytest.raises(ValidationError):
        create_organisation(name=name, owner=owner)

    assert not Organisation.objects.filter(owner=owner).exists()
    assert not Membership.objects.filter(user=owner).exists()
