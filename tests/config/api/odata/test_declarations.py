"""What a view declares can be filtered and sorted by, in every way of its kind."""

from typing import Any

import pytest

from config.api.odata.properties import Allowed, Kind
from config.urls.fleet import documented
from tests.config.api.odata.asking import ask

LITERALS = {
    Kind.ID: "'5'",
    Kind.TEXT: "'it''s'",
    Kind.INTEGER: "5",
    Kind.NUMBER: "5.5",
    Kind.DECIMAL: "5.5",
    Kind.BOOLEAN: "true",
    Kind.DATE: "2026-01-01",
    Kind.DATETIME: "2026-01-01T00:00:00Z",
}
FUNCTIONS = {
    Kind.TEXT: (
        "contains({},'a')",
        "startswith(tolower({}),'a')",
        "endswith(toupper(trim({})),'A')",
        "length({}) gt 1",
        "indexof({},'a') ge 0",
    ),
    Kind.DATETIME: ("year({}) eq 2026", "month({}) eq 1", "day({}) eq 1"),
    Kind.BOOLEAN: ("{}", "not {}"),
}

CALLBACKS: list[Any] = [route.callback for route in documented]
VIEWS = sorted(
    {
        callback.cls
        for callback in CALLBACKS
        if getattr(callback.cls, "filter_properties", None)
    },
    key=lambda view: view.__name__,
)


def filters_of(name: str, kind: Kind) -> list[str]:
    """Return a filter of each form that a property of the kind may stand in."""
    literal = LITERALS[kind]
    operators = ["eq", "ne"]
    if kind is not Kind.BOOLEAN:
        operators += ["gt", "ge", "lt", "le"]
    return [
        *(f"{name} {operator} {literal}" for operator in operators),
        f"not ({name} eq null)",
        f"{name} in ({literal},null)",
        *(one.format(name) for one in FUNCTIONS.get(kind, ())),
    ]


def test_it_finds_the_views_that_declare_properties() -> None:
    names = [view.__name__ for view in VIEWS]
    assert {"AssetViewSet", "AssetGroupViewSet", "EquipmentViewSet"} <= {*names}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_it_filters_and_sorts_by_every_property(db: None, view: Any) -> None:
    allowed = Allowed(view.filter_properties, orders=view.ordering_fields)
    # The rows of the list, which hang on another row in some views.
    rows = view.serializer_class.Meta.model._base_manager
    for name, found in view.filter_properties.items():
        queries = [{"$filter": text} for text in filters_of(name, found.kind)]
        queries += [{"$orderby": f"{name} asc"}, {"$orderby": f"{name} desc,id desc"}]
        for query in queries:
            response = ask(rows.all(), view.serializer_class, allowed, query)
            assert response.data == []
