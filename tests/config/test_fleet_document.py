"""The fleet API keeps to its own document, whatever is sent to it."""

from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from assets.ephemerality import Ephemerality
from assets.models import AssetField, AssetStatus, FieldType
from config.urls.schema import FleetSchema
from tests.cast import Cast
from tests.examples import IS_SAME, examples
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.organisations import FleetFactory, LocationFactory


def load() -> Any:
    """Read the document as it is served, to be called in this process."""
    generator: SchemaGenerator = FleetSchema()
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schemathesis.openapi.from_dict(document)


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
def register(cast: Cast) -> dict[str, str]:
    """Fill the register, and return an id for each kind of path."""
    own = {"organisation": cast.organisation}
    field: AssetField = AssetFieldFactory(**own, name="colour", type=FieldType.ENUM)
    value = EnumValueFactory(field=field)
    status: AssetStatus = AssetStatusFactory(**own)
    kind = AssetTypeFactory(**own, with_fields=[field])
    equipment = AssetTypeFactory(**own, ephemerality=Ephemerality.EQUIPMENT)
    asset = make_asset(cast.organisation, type_id=kind.pk)
    tool = make_asset(
        cast.organisation, type_id=equipment.pk, ephemerality=Ephemerality.EQUIPMENT
    )
    place = LocationFactory(**own)
    by_path: dict[str, Any] = {
        "assetstatuses": status,
        "assettype": kind,
        "assetzones": AssetZoneFactory(**own),
        "assetfield": field,
        "values": value,
        "assets": asset,
        "assetgroups": asset,
        "equipment": tool,
        "fleets": FleetFactory(**own),
        "locations": place,
        "organisations": cast.organisation,
    }
    return {key: str(row.pk) for key, row in by_path.items()}


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
    operation: Any, data: st.DataObject, cast: Cast, register: dict[str, str]
) -> None:
    case = data.draw(operation.as_strategy())
    words = case.path.split("/")
    for name in case.path_parameters or {}:
        before = words[words.index(f"{{{name}}}") - 1]
        case.path_parameters[name] = register.get(before, case.path_parameters[name])
    token = cast.header("owner")["HTTP_AUTHORIZATION"]
    case.headers = {**(case.headers or {}), "Authorization": token}
    response = case.call()
    case.validate_response(
        response, checks=[not_a_server_error, status_code_conformance]
    )
