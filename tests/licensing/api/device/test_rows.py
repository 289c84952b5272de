"""Fast reads of licensing show exactly what the serializers declare."""

from typing import Any

import orjson

from config.api.keyed import read_keys
from config.api.renderers import JsonRenderer
from licensing.api.device.certificates import CertificateSerializer
from licensing.api.device.changes import LicenceChangeSerializer
from licensing.api.device.infos import LicenceInfoSerializer
from licensing.api.device.licence_rows import (
    LicenceMatchSerializer,
    LicenceRoleSerializer,
    LicenceSerializer,
)
from licensing.api.device.seats import SeatSerializer
from licensing.models import (
    Allocation,
    Certificate,
    Licence,
    LicenceInfo,
    LicenceMatch,
    LicenceRole,
)
from licensing.services.licences import update_licence
from organisations.models import Change
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.licensing import (
    LicenceMatchFactory,
    LicenceRoleFactory,
    ReferenceFactory,
    issue,
    make_certificate,
    make_info,
    make_licence,
    make_seat,
)
from tests.factories.organisations import LocationFactory

EACH: list[tuple[Any, Any]] = [
    (LicenceSerializer, Licence),
    (LicenceRoleSerializer, LicenceRole),
    (LicenceMatchSerializer, LicenceMatch),
    (SeatSerializer, Allocation),
    (LicenceInfoSerializer, LicenceInfo),
    (CertificateSerializer, Certificate),
    (LicenceChangeSerializer, Change),
]


def furnish(cast: Cast) -> None:
    """Make rows with everything, and rows with as little as can be."""
    own = cast.organisation
    site = LocationFactory(organisation=own)
    bare = make_licence(own)
    full = make_licence(own, location=site, price=1.5, parent=bare)
    values = {"supplier": ReferenceFactory(organisation=own), "location": None}
    update_licence(licence=full, values=values, actor=cast.owner)
    asset = make_asset(own)
    make_seat(full, asset)
    LicenceRoleFactory(licence=full, note="few")
    LicenceMatchFactory(licence=full)
    make_info(own, location=site)
    make_info(own, organisationname="")
    begins = issue().certificate.not_valid_before_utc
    make_certificate(own, asset_id=asset.pk, not_before=begins)
    make_certificate(own)


def test_it_shows_the_same_either_way(cast: Cast) -> None:
    furnish(cast)
    for serializer, model in EACH:
        rows = model.objects.of(cast.organisation).order_by("pk")
        if model is Change:
            rows = rows.filter(model="licence")
        fast = read_keys(serializer, model, [row.pk for row in rows])
        plain = [serializer(row).data for row in rows]

        assert orjson.loads(JsonRenderer().render(fast)) == orjson.loads(
            JsonRenderer().render(plain)
        )
        assert len(fast) == len(rows) >= 1
