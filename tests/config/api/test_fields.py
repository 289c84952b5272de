from typing import Any

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Field

from config.api.fields import DescriptionString, ObjectOrId, StrictNumber


def refuses(field: Field[Any, Any, Any, Any], value: object) -> bool:
    """Tell whether the field refuses the value."""
    try:
        field.run_validation(value)
    except ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "value", ["12", 12, {"id": "12"}, {"id": 12}, {"id": 12, "name": "Depot"}]
)
def test_it_takes_an_object_for_its_id(value: object) -> None:
    assert ObjectOrId().run_validation(value) == 12


@pytest.mark.parametrize("value", [None, 0, "0", "", {"id": None}, {"id": 0}])
def test_it_takes_an_object_for_none(value: object) -> None:
    assert ObjectOrId(allow_null=True).run_validation(value) is None


@pytest.mark.parametrize(
    "value", [{}, {"name": "Depot"}, {"id": {}}, {"id": {"id": 1}}, [1], True, -1, "x"]
)
def test_it_refuses_what_has_no_id(value: object) -> None:
    assert refuses(ObjectOrId(allow_null=True), value)


@pytest.mark.parametrize(("value", "number"), [(5, 5.0), (-0.5, -0.5), ("60.2", 60.2)])
def test_it_takes_a_number(value: object, number: float) -> None:
    assert StrictNumber().run_validation(value) == number


@pytest.mark.parametrize("value", [True, "nan", "inf", "1e999", "", "x", [], {}, None])
def test_it_refuses_what_is_no_number(value: object) -> None:
    assert refuses(StrictNumber(), value)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_it_empties_a_description(value: object) -> None:
    assert DescriptionString().run_validation(value) == ""
