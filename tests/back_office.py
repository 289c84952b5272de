"""What the back office's tests share: who works there, and a row of every model.

A model that is registered and has no line in `CASES` fails a test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django.db import models
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import (
    AccessToken,
    Application,
    RefreshToken,
    set_token_value,
)

from assets.ephemerality import Ephemerality
from assets.models import (
    Asset,
    AssetField,
    AssetGroup,
    AssetLog,
    AssetStatus,
    AssetType,
    AssetTypeField,
    AssetTypeZone,
    AssetZone,
    Attachment,
    Blob,
    EnumValue,
    Equipment,
    FieldType,
    GroupMember,
    WorkItem,
)
from assets.services.groups import create_group
from devices.models import (
    AllowedStatus,
    AssetLink,
    Checkout,
    ColumnProfile,
    DeviceAsset,
    DeviceReference,
    IntegrationLink,
    MeterReading,
    ProfileColumn,
    SavedSearch,
    Software,
    SoftwareTitle,
)
from licensing.kinds import ReferenceKind
from licensing.models import (
    Allocation,
    Certificate,
    Licence,
    LicenceInfo,
    LicenceMatch,
    LicenceRole,
    Reference,
)
from organisations.admin.addresses import address_of
from organisations.models import (
    Change,
    Fleet,
    FleetShare,
    ImportRun,
    Location,
    Membership,
    Organisation,
    PersonalToken,
    Prefix,
    Role,
    SubLocation,
    Subscription,
    User,
)
from organisations.services.tokens import create_token
from tests.factories.access import make_client
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.devices import (
    ColumnProfileFactory,
    ProfileColumnFactory,
    SavedSearchFactory,
    SoftwareTitleFactory,
    allow_status,
    make_checkout,
    make_device,
    make_reading,
    make_software,
)
from tests.factories.imports import make_import
from tests.factories.licensing import (
    LicenceMatchFactory,
    LicenceRoleFactory,
    ReferenceFactory,
    make_certificate,
    make_info,
    make_licence,
    make_seat,
)
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
    PrefixFactory,
    RoleFactory,
    SubLocationFactory,
    SubscriptionFactory,
    UserFactory,
)

Make = Callable[[Organisation], models.Model]


def page(model: type[models.Model], name: str, *args: object) -> str:
    """Return the address of a page of a model: changelist, add, change, history."""
    return address_of(model, name, *args)


def as_staff(user: User, *, is_superuser: bool = False) -> Client:
    """Return a browser in which the person has logged in to the back office."""
    user.is_staff, user.is_superuser = True, is_superuser
    user.save()
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def registered() -> list[type[models.Model]]:
    """Return the models that have pages."""
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


@dataclass(frozen=True)
class Case:
    """How a row of a model is made, and what staff may do with such rows.

    `make` takes the organisation that the row is of, or whose owner it belongs to.
    """

    make: Make
    adds: bool = False
    deletes: bool = False
    is_for_operators: bool = False


def _fellow(organisation: Organisation) -> User:
    member: Membership = MembershipFactory(organisation=organisation)
    return member.user


def _share(organisation: Organisation) -> FleetShare:
    recipient: Organisation = OrganisationFactory()
    return FleetShare.objects.create(
        fleet=FleetFactory(organisation=organisation), organisation=recipient
    )


def _change(organisation: Organisation) -> Change:
    found = Change.objects.filter(organisation=organisation).last()
    assert found is not None
    return found


def _token(organisation: Organisation) -> PersonalToken:
    return create_token(user=organisation.owner, name="A token").row


def _application(organisation: Organisation) -> Application:
    # An id that stands nowhere else on a page.
    key = 7_000_000_000 + Application.objects.count()
    return make_client(organisation.owner, name="A program", id=key).application


def _access_token(organisation: Organisation) -> AccessToken:
    application = _application(organisation)
    token = AccessToken(
        id=application.pk,
        user=organisation.owner,
        application=application,
        scope="all",
        expires=timezone.now() + timedelta(hours=1),
    )
    set_token_value(token, f"text-{application.pk}")
    token.save()
    return token


def _refresh_token(organisation: Organisation) -> RefreshToken:
    access = _access_token(organisation)
    token = RefreshToken(
        id=access.pk,
        user=organisation.owner,
        application=access.application,
        access_token=access,
    )
    set_token_value(token, f"refresh-{access.pk}")
    token.save()
    return token


def _attempt(organisation: Organisation) -> AccessAttempt:
    return AccessAttempt.objects.create(
        username=f"somebody {AccessAttempt.objects.count()}",
        ip_address="192.0.2.1",
        failures_since_start=1,
    )


def _login(organisation: Organisation) -> AccessLog:
    return AccessLog.objects.create(username="somebody", ip_address="192.0.2.1")


def _enum_value(organisation: Organisation) -> EnumValue:
    field = AssetFieldFactory(organisation=organisation, type=FieldType.ENUM)
    EnumValueFactory(field=field)
    value: EnumValue = EnumValueFactory(field=field)
    return value


def _type_field(organisation: Organisation) -> AssetTypeField:
    field = AssetFieldFactory(organisation=organisation)
    kind = AssetTypeFactory(organisation=organisation)
    return AssetTypeField.objects.create(type=kind, field=field)


def _type_zone(organisation: Organisation) -> AssetTypeZone:
    zone = AssetZoneFactory(organisation=organisation)
    kind = AssetTypeFactory(organisation=organisation)
    return AssetTypeZone.objects.create(type=kind, zone=zone)


def _asset(organisation: Organisation) -> Asset:
    row = make_asset(
        organisation,
        status_id=AssetStatusFactory(organisation=organisation).pk,
        fleet_id=FleetFactory(organisation=organisation).pk,
        location_id=LocationFactory(organisation=organisation).pk,
    )
    found: Asset = Asset.objects.get(pk=row.pk)
    return found


def _equipment(organisation: Organisation) -> Equipment:
    kind = AssetTypeFactory(
        organisation=organisation, ephemerality=Ephemerality.EQUIPMENT
    )
    row = make_asset(organisation, ephemerality=Ephemerality.EQUIPMENT, type_id=kind.pk)
    found: Equipment = Equipment.objects.get(pk=row.pk)
    return found


def _some_asset(organisation: Organisation) -> AssetGroup:
    """Return an asset, a new one where there is none."""
    found: AssetGroup | None = Asset.objects.filter(organisation=organisation).first()
    return found or make_asset(organisation)


def _group(organisation: Organisation) -> AssetGroup:
    members = [str(_some_asset(organisation).pk)]
    body = {
        "ephemerality": 1,
        "name": "A consist",
        "consist_asset_group_ids": members,
    }
    return create_group(organisation=organisation, body=body, actor=organisation.owner)


def _member(organisation: Organisation) -> GroupMember:
    found: GroupMember = GroupMember.objects.get(group=_group(organisation))
    return found


def _log(organisation: Organisation) -> AssetLog:
    now = timezone.now()
    return AssetLog.objects.create(
        organisation=organisation,
        asset_group=_some_asset(organisation),
        log="The door sticks.",
        logged_at=now,
        created_at=now,
        updated_at=now,
    )


def _attachment(organisation: Organisation) -> Attachment:
    log = _log(organisation)
    blob = Blob.objects.create(
        organisation=organisation, file_hash=f"{log.pk:064}", length=1
    )
    return Attachment.objects.create(
        organisation=organisation,
        log=log,
        blob=blob,
        file_name="door.jpg",
        created_at=log.created_at,
    )


def _work_item(organisation: Organisation) -> WorkItem:
    now = timezone.now()
    prefix = organisation.default_prefix
    assert prefix is not None
    number = WorkItem.objects.filter(prefix=prefix).count() + 1
    return WorkItem.objects.create(
        organisation=organisation,
        summary="Grease the door",
        prefix=prefix,
        number=number,
        formatted_number=str(number),
        asset_group=_some_asset(organisation),
        occurred_at=now,
        created_at=now,
        updated_at=now,
    )


def _licence(organisation: Organisation) -> Licence:
    supplier = ReferenceFactory(organisation=organisation)
    return make_licence(organisation, supplier=supplier)


def _certificate(organisation: Organisation) -> Certificate:
    return make_certificate(organisation, asset_id=_some_asset(organisation).pk)


def _seat(organisation: Organisation) -> Allocation:
    return make_seat(make_licence(organisation), _some_asset(organisation))


def _licence_role(organisation: Organisation) -> LicenceRole:
    role: LicenceRole = LicenceRoleFactory(licence=make_licence(organisation))
    return role


def _licence_match(organisation: Organisation) -> LicenceMatch:
    match: LicenceMatch = LicenceMatchFactory(licence=make_licence(organisation))
    return match


def _device(organisation: Organisation) -> DeviceAsset:
    device = make_device(organisation, user_id=organisation.owner_id)
    found: DeviceAsset = DeviceAsset.objects.get(pk=device.pk)
    return found


def _software(organisation: Organisation) -> Software:
    count = Software.objects.filter(organisation=organisation).count()
    return make_software(_some_asset(organisation), f"Program {count}")


def _device_reference(organisation: Organisation) -> DeviceReference:
    kind = ReferenceKind.SERVICE
    reference = ReferenceFactory(organisation=organisation, kind=kind)
    return DeviceReference.objects.create(
        asset_id=_some_asset(organisation).pk, reference=reference, kind=kind
    )


def _asset_link(organisation: Organisation) -> AssetLink:
    first, second = _some_asset(organisation), make_asset(organisation)
    return AssetLink.objects.create(
        organisation=organisation, first_id=first.pk, second_id=second.pk
    )


def _integration_link(organisation: Organisation) -> IntegrationLink:
    asset = _some_asset(organisation).pk
    count = IntegrationLink.objects.filter(asset=asset).count()
    return IntegrationLink.objects.create(
        asset_id=asset, integration_type="snow", third_party_id=f"x-{count}"
    )


def _profile_column(organisation: Organisation) -> ProfileColumn:
    profile = ColumnProfileFactory(organisation=organisation)
    column: ProfileColumn = ProfileColumnFactory(profile=profile)
    return column


def _of(factory: Any) -> Make:
    def make(organisation: Organisation) -> models.Model:
        row: models.Model = factory(organisation=organisation)
        return row

    return make


def _sub_location(organisation: Organisation) -> SubLocation:
    location = LocationFactory(organisation=organisation)
    part: SubLocation = SubLocationFactory(location=location)
    return part


CASES: dict[type[models.Model], Case] = {
    AccessAttempt: Case(_attempt, is_for_operators=True),
    AccessLog: Case(_login, is_for_operators=True),
    AccessToken: Case(_access_token),
    Allocation: Case(_seat, adds=True, deletes=True),
    AllowedStatus: Case(allow_status, adds=True, deletes=True),
    Application: Case(_application, adds=True, deletes=True),
    Asset: Case(_asset, adds=True, deletes=True),
    AssetField: Case(_of(AssetFieldFactory), adds=True, deletes=True),
    AssetGroup: Case(_group, adds=True, deletes=True),
    AssetLink: Case(_asset_link),
    AssetLog: Case(_log),
    AssetStatus: Case(_of(AssetStatusFactory), adds=True, deletes=True),
    AssetType: Case(_of(AssetTypeFactory), adds=True, deletes=True),
    AssetTypeField: Case(_type_field),
    AssetTypeZone: Case(_type_zone),
    AssetZone: Case(_of(AssetZoneFactory), adds=True, deletes=True),
    Attachment: Case(_attachment),
    Certificate: Case(_certificate),
    Change: Case(_change),
    Checkout: Case(lambda one: make_checkout(make_asset(one)), adds=True),
    ColumnProfile: Case(_of(ColumnProfileFactory), adds=True, deletes=True),
    DeviceAsset: Case(_device),
    DeviceReference: Case(_device_reference),
    EnumValue: Case(_enum_value, adds=True, deletes=True),
    Equipment: Case(_equipment, adds=True, deletes=True),
    Fleet: Case(_of(FleetFactory), adds=True, deletes=True),
    FleetShare: Case(_share, adds=True),
    GroupMember: Case(_member),
    ImportRun: Case(make_import),
    IntegrationLink: Case(_integration_link),
    Licence: Case(_licence, adds=True, deletes=True),
    LicenceInfo: Case(make_info),
    LicenceMatch: Case(_licence_match),
    LicenceRole: Case(_licence_role),
    Location: Case(_of(LocationFactory), adds=True, deletes=True),
    Membership: Case(_of(MembershipFactory), adds=True, deletes=True),
    MeterReading: Case(lambda one: make_reading(_some_asset(one))),
    Organisation: Case(lambda organisation: organisation, adds=True),
    PersonalToken: Case(_token, adds=True, deletes=True),
    Prefix: Case(_of(PrefixFactory), adds=True, deletes=True),
    ProfileColumn: Case(_profile_column, adds=True, deletes=True),
    Reference: Case(_of(ReferenceFactory), adds=True, deletes=True),
    RefreshToken: Case(_refresh_token),
    Role: Case(_of(RoleFactory), adds=True, deletes=True),
    SavedSearch: Case(_of(SavedSearchFactory), adds=True, deletes=True),
    Software: Case(_software),
    SoftwareTitle: Case(_of(SoftwareTitleFactory)),
    SubLocation: Case(_sub_location, adds=True, deletes=True),
    Subscription: Case(_of(SubscriptionFactory), adds=True),
    User: Case(_fellow),
    WorkItem: Case(_work_item, adds=True),
}
# Pages that only operators write on, though all staff look.
ADDED_BY_OPERATORS = {User}
# Rows of plumbing, which nobody needs to look at.
WITHOUT_PAGES = {"IdempotencyKey", "Blob", "Nonce", "Device", "Bookmark"}


def a_person() -> User:
    """Return somebody who is a member of nothing."""
    person: User = UserFactory()
    return person


def errors_in(answer: Any) -> dict[str, list[str]]:
    """Return what a form that was shown again says of its inputs."""
    assert answer.status_code == HTTPStatus.OK, answer.status_code
    errors: dict[str, list[str]] = answer.context["adminform"].form.errors
    return {name: list(said) for name, said in errors.items()}


def changes_of(row: models.Model) -> list[tuple[str, str, str]]:
    """Return action, field and who of every change of a row, in order."""
    kind: Any = row._meta.concrete_model
    found = Change.objects.filter(model=kind._meta.model_name, object_id=row.pk)
    return list(found.order_by("id").values_list("action", "field", "who"))
