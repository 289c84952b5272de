"""What the start page offers where there is nothing yet."""

from datetime import timedelta
from http import HTTPStatus

from django.test import Client
from django.utils import timezone

from assets.models import Asset
from organisations.models import Membership, Organisation, Role
from organisations.permissions import Permission
from tests.back_office import as_staff
from tests.cast import Cast
from tests.config.start.filled import touch
from tests.config.start.reading import START, shown


def test_it_helps_with_the_first_steps(cast: Cast, staff: Client) -> None:
    context = shown(staff)

    assert context["is_empty"]
    titles = {step.title: step.address for step in context["steps"]}
    assert list(titles) == ["Import a file", "Describe a type", "Add an asset"]
    for address in titles.values():
        assert staff.get(address).status_code == HTTPStatus.OK


def test_it_begins_in_the_organisation_that_is_shown(
    cast: Cast, operator: Client
) -> None:
    context = shown(operator, organisation=cast.other.pk)

    for step in context["steps"]:
        answer = operator.get(step.address)
        assert answer.status_code == HTTPStatus.OK
        # The page that asks for the type keeps the organisation by its id.
        content = answer.content.decode()
        assert cast.other.name in content or str(cast.other.pk) in content


def test_it_offers_no_step_that_would_be_refused(cast: Cast) -> None:
    role = Role.objects.create(
        organisation=cast.organisation,
        name="drivers",
        permissions=[Permission.MANAGE_LICENCES],
    )
    Membership.objects.get(user=cast.staff).roles.set([role])
    client = as_staff(cast.staff)

    for step in shown(client)["steps"]:
        assert client.get(step.address).status_code == HTTPStatus.OK
    Organisation.objects.update(enabled=False)
    assert "You may look" in client.get(START).content.decode()


def test_it_helps_along_where_there_are_licences_but_no_assets(
    cast: Cast, staff: Client
) -> None:
    touch(cast.organisation)
    Asset.objects.update(deleted_at=timezone.now() - timedelta(days=1))

    page_shown = staff.get(START).content.decode()

    assert "There are no assets yet" in page_shown
    assert "Seats of active licences" in page_shown
