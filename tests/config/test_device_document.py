"""The device API keeps to its own document, whatever is sent to it."""

import re
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from config.urls.schema import DeviceSchema
from tests.cast import Cast
from tests.device_table import ROUTES, furnish
from tests.examples import examples

# The thing in the path of each route, by the path as the document prints it.
THING = re.compile(r"\{(\w+)\}")
NAMED = {THING.sub("{id}", route.path): route.path for route in ROUTES.values()}


def load() -> Any:
    """Read the document as it is served, to be called in this process."""
    generator: SchemaGenerator = DeviceSchema()
    document = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schemathesis.openapi.from_dict(document)


schema = load()
schema.app = WSGIHandler()


@pytest.fixture
def things(cast: Cast) -> dict[str, int]:
    """Make one of everything."""
    return furnish(cast)


# The client that sends multipart bodies leaves its temporary files to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("one_connection")
@schema.parametrize()  # type: ignore[untyped-decorator]
@settings(
    max_examples=examples(1),
    deadline=None,
    phases=[Phase.generate],
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_it_answers_as_documented(
    case: Any, cast: Cast, things: dict[str, int]
) -> None:
    for thing in THING.findall(NAMED[case.path]):
        case.path_parameters["id"] = things[thing]
    token = cast.header("owner")["HTTP_AUTHORIZATION"]
    case.headers = {**(case.headers or {}), "Authorization": token}
    response = case.call()
    case.validate_response(
        response, checks=[not_a_server_error, status_code_conformance]
    )
