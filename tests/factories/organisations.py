"""Invented people, organisations and what these own."""

from typing import Any

import factory

from organisations.models import (
    Fleet,
    Location,
    Membership,
    Organisation,
    Prefix,
    Role,
    SubLocation,
    Subscription,
    User,
)
from organisations.services.organisations import create_organisation
from tests.factories.base import RowFactory

PASSWORD = "correct horse battery staple"


class UserFactory(RowFactory):
    """A person who logs in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"person{number}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    first_name = "Robin"
    last_name = factory.Sequence(lambda number: f"Person {number}")
    password = factory.django.Password(PASSWORD)


class OrganisationFactory(RowFactory):
    """An organisation, its owner a member, with a default prefix."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda number: f"Organisation {number}")
    owner = factory.SubFactory(UserFactory)

    @classmethod
    def _create(
        cls, model_class: type[Organisation], *args: object, **kwargs: Any
    ) -> Organisation:
        founding = {"name", "owner", "description"} & kwargs.keys()
        organisation = create_organisation(**{key: kwargs.pop(key) for key in founding})
        for key, value in kwargs.items():
            setattr(organisation, key, value)
        organisation.save()
        return organisation


class RoleFactory(RowFactory):
    """A role that allows nothing unless told what."""

    class Meta:
        model = Role

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda number: f"Role {number}")
    permissions: tuple[str, ...] = ()


class MembershipFactory(RowFactory):
    """A member; `permissions` gives them through a role of their own."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)

    @factory.post_generation  # type: ignore[untyped-decorator]
    def permissions(
        self: Membership, create: bool, extracted: Any, **kwargs: object
    ) -> None:
        """Make the role."""
        if create and extracted:
            role = RoleFactory(
                organisation=self.organisation, permissions=list(extracted)
            )
            self.roles.add(role)


class FleetFactory(RowFactory):
    """A fleet."""

    class Meta:
        model = Fleet

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda number: f"Fleet {number}")


class LocationFactory(RowFactory):
    """A location without a position."""

    class Meta:
        model = Location

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda number: f"Location {number}")


class SubLocationFactory(RowFactory):
    """A part of a location, of the same organisation."""

    class Meta:
        model = SubLocation

    location = factory.SubFactory(LocationFactory)
    organisation = factory.SelfAttribute("location.organisation")
    name = factory.Sequence(lambda number: f"Track {number}")


class PrefixFactory(RowFactory):
    """A series of numbers of four digits."""

    class Meta:
        model = Prefix

    organisation = factory.SubFactory(OrganisationFactory)
    number_format = factory.Sequence(lambda number: f"P{number}-{{n}}")
    number_digits = 4


class SubscriptionFactory(RowFactory):
    """A subscription with room for ten assets."""

    class Meta:
        model = Subscription

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda number: f"Subscription {number}")
    capacity = 10
