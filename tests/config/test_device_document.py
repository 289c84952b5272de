"""The device API keeps to its own document, whatever is sent to it."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    response_schema_conformance,
    status_code_conformance,
)

from config.api.device.on_demand import Extra
from config.api.snowflake import serial_of
from config.urls.schema import DeviceSchema
from devices.api.device.assets import AssetViewSet
from devices.api.device.licences import (
    CertificateOfDeviceViewSet,
    LicenceOfDevicesViewSet,
)
from devices.api.device.readings import ReadingViewSet
from licensing.kinds import ReferenceKind
from tests.cast import Cast
from tests.device_table import ROUTES, furnish
from tests.devices.api.device.furnished import NUMBERS, Register
from tests.examples import IS_SAME, examples
from tests.factories.devices import make_note, make_reading, make_software
from tests.factories.licensing import (
    LicenceMatchFactory,
    LicenceRoleFactory,
    make_certificate,
    make_info,
)

# The thing in the path of each route, by the path as the document prints it.
THING = re.compile(r"\{(\w+)\}")
NAMED = {THING.sub("{id}", route.path): route.path for route in ROUTES.values()}


def load() -> Any:
    """Read the document as it is served, to be called in this process."""
    generator: SchemaGenerator = DeviceSchema()
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for shape in document["components"]["schemas"].values():
        # What an answer has beside these members is not documented.
        shape["additionalProperties"] = False
    return schemathesis.openapi.from_dict(document)


CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
schema = load()
schema.app = WSGIHandler()
# Parametrized by pytest itself, as the plugin's cases of a test have one id between
# them, by which processes that share the work would run one of them only.
every_operation = pytest.mark.parametrize(
    "operation",
    [found.ok() for found in schema.get_all_operations()],
    ids=lambda operation: operation.label,
)


@pytest.fixture
def things(cast: Cast) -> dict[str, int]:
    """Make one of everything."""
    return furnish(cast)


# The client that sends multipart bodies leaves its temporary files to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("one_connection")
@every_operation
@settings(
    max_examples=examples(1),
    deadline=None,
    phases=[Phase.generate],
    derandomize=IS_SAME,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_it_answers_as_documented(
    operation: Any, data: st.DataObject, cast: Cast, things: dict[str, int]
) -> None:
    case = data.draw(operation.as_strategy())
    for thing in THING.findall(NAMED[case.path]):
        case.path_parameters["id"] = things[thing]
    token = cast.header("owner")["HTTP_AUTHORIZATION"]
    case.headers = {**(case.headers or {}), "Authorization": token}
    response = case.call()
    case.validate_response(response, checks=CHECKS)


def members(extras: Iterable[Extra]) -> set[str]:
    """Return the members that they add."""
    return {one.member for one in extras}


class Reader:
    """Reads what the document describes, and checks that it is as described."""

    def __init__(self, cast: Cast) -> None:
        self.headers = {"Authorization": cast.header("owner")["HTTP_AUTHORIZATION"]}

    def get(self, path: str, row: Any = None, **query: Any) -> Any:
        """Return an answer that keeps to the document."""
        keys = {} if row is None else {"id": serial_of(row.pk)}
        return self.call(schema[path]["GET"], path_parameters=keys, query=query)

    def post(self, path: str, body: Any) -> Any:
        """Return the answer to a body."""
        media = "application/json"
        return self.call(schema[path]["POST"], body=body, media_type=media)

    def call(self, operation: Any, **parts: Any) -> Any:
        """Call the application, and check its answer."""
        case = operation.Case(headers=self.headers, **parts)
        response = case.call()
        case.validate_response(response, checks=CHECKS)
        assert response.status_code in {200, 201}
        return response.json()


@pytest.mark.usefixtures("one_connection")
def test_it_documents_every_member_that_is_asked_for(cast: Cast) -> None:
    at, reader = Register(cast), Reader(cast)
    full = at.rows["F"]
    make_software(full)
    LicenceRoleFactory(licence=at.licence)
    LicenceMatchFactory(licence=at.licence)
    extras = AssetViewSet.list_extras
    query: dict[str, Any] = {
        **dict.fromkeys((one.asked_by for one in extras), "true"),
        "assettype_id": serial_of(at.kind.pk),
        "columns_id": serial_of(at.profile.pk),
        "contract_id_adding_to": NUMBERS[ReferenceKind.CONTRACT],
        "include_custom_fields": serial_of(at.field.pk),
        "includecolumns": "true",
        "pageinate": "true",
        "page_no": 1,
        "page_size": 5,
    }

    listed = reader.get("/api/Asset", **query)
    row = listed["assets"][0]
    assert listed.keys() >= members(AssetViewSet.envelope_extras)
    assert row.keys() >= members(extras)
    assert {name for name in members(extras) if not row[name]} == {"tallowallstatus"}

    parts = {
        ("/api/Asset/{id}", full): AssetViewSet,
        ("/api/SoftwareLicence/{id}", at.licence): LicenceOfDevicesViewSet,
        ("/api/MeterReading/{id}", make_reading(full)): ReadingViewSet,
        (
            "/api/Certificate/{id}",
            make_certificate(at.own, asset=full),
        ): CertificateOfDeviceViewSet,
    }
    for (path, one), view in parts.items():
        added = members(view.detail_extras)
        flags = dict.fromkeys((extra.asked_by for extra in view.detail_extras), "true")
        plain, detailed = reader.get(path, one), reader.get(path, one, **flags)
        assert detailed.keys() - plain.keys() == added, path


@pytest.mark.usefixtures("one_connection")
def test_it_documents_lists_and_what_posts_answer(cast: Cast) -> None:
    at, reader = Register(cast), Reader(cast)
    full = at.rows["F"]
    make_software(full)
    make_reading(full)
    make_note(full)
    make_certificate(at.own)
    make_info(at.own)
    LicenceRoleFactory(licence=at.licence)
    for route in ROUTES.values():
        if "{" not in route.path and "password" not in route.path:
            assert reader.get(route.path)

    serial = serial_of(full.pk)
    answers = [
        reader.post("/api/Asset", [{"id": serial, "notes": "On loan"}]),
        reader.post("/api/MeterReading", [{"asset_id": serial, "reading": 200}]),
        reader.post("/api/AssetChange", [{"asset_id": serial, "field_name": "door"}]),
        reader.post("/api/SoftwareLicence", [{"name": "Writer"}]),
        reader.post("/api/LicenseInfo", [{"version": "2"}]),
        reader.post("/api/Certificate", [{"name": "Web", "new_password": "x"}]),
    ]
    posted = {one.member for one in AssetViewSet.detail_extras if one.is_answered}
    assert answers[0].keys() >= posted
