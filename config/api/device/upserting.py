"""`POST`: rows that are made or changed, all or none."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.conditions import Single
from config.api.device.base import RowViewSet
from config.api.device.elements import Element, Problems, read_elements
from config.api.device.pairs import Pair, resolve


class UpsertViewSet(RowViewSet):
    """Makes a row of an element without an id, changes that of one with."""

    input_serializer_class: ClassVar[Any] = None
    pairs: ClassVar[Sequence[Pair]] = ()
    upsert_status: ClassVar[int] = status.HTTP_200_OK

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make or change a row of each element, all or none.

        One element is answered with its object, several with an array.
        """
        elements = read_elements(request.data)
        problems = Problems(len(elements))
        self.find_rows(elements, problems)
        for element in elements:
            with problems.of(element):
                element.values |= self.values_of(element)
        resolve(self.pairs, elements, problems, request.user, self.owner_of_element)
        self.check_elements(elements)
        self.prepare(elements, problems)
        self.lock_rows([one.row for one in elements if not one.is_new])
        rows = self.upsert(elements, problems)
        problems.check()
        shown = self.answered(rows)
        body = Single(shown[0]) if len(shown) == 1 else shown
        return Response(body, status=self.upsert_status)

    def find_rows(self, elements: Sequence[Element], problems: Problems) -> None:
        """Give each element the row that its id names; an unknown one is 404."""
        keys: dict[int, Any] = {}
        for element in elements:
            with problems.of(element):
                keys[element.index] = self.read_keyed_id(element.body.get("id"))
        found = self.rows_of(set(keys.values()) - {None})
        for element in elements:
            element.row = found.get(keys.get(element.index))

    def values_of(self, element: Element) -> dict[str, Any]:
        """Return the values of an element's members, or raise all that is wrong."""
        serializer_class = self.input_serializer_class or self.serializer_class
        serializer = serializer_class(
            element.row,
            data=element.body,
            partial=not element.is_new,
            context=self.get_serializer_context(),
        )
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def owner_of_element(self, element: Element) -> int | None:
        """Return the id of the organisation that an element's row is to be in.

        None while that is not known, because what names it is wrong.
        """
        organisation = element.values.get("organisation")
        if organisation is not None:
            return int(organisation.pk)
        return None if element.is_new else self.owner_of(element.row)

    def check_elements(self, elements: Sequence[Element]) -> None:
        """Refuse who may not write where an element's row is, or is to be."""
        wanted = set()
        for element in elements:
            needed = self.permission_for(element.row)
            owners = {self.owner_of_element(element)}
            if not element.is_new:
                owners.add(self.owner_of(element.row))
            wanted |= {(owner, needed) for owner in owners}
        for owner, needed in sorted(wanted, key=str):
            if owner is not None and needed is not None:
                self.require(owner, needed)

    def prepare(self, elements: Sequence[Element], problems: Problems) -> None:
        """Do what comes before rows are locked: find or make what bodies refer to."""

    def lock_rows(self, rows: Sequence[Any]) -> None:
        """Lock the rows that change, in the order of ids: two requests never cross."""
        if not rows:
            return
        manager = self.get_queryset().model._base_manager
        locked = manager.select_for_update(of=("self",), no_key=True)
        keys = locked.filter(pk__in={row.pk for row in rows}).order_by("pk")
        list(keys.values_list("pk", flat=True))

    def upsert(self, elements: Sequence[Element], problems: Problems) -> list[Any]:
        """Make and change the rows one by one; override where a set goes faster.

        Elements that have problems already are passed over: the request is refused
        in the end, with what is wrong with the others.
        """
        rows = []
        names = self.wire_names()
        for element in elements:
            if problems.are_of(element):
                continue
            with problems.of(element, names):
                if element.is_new:
                    rows.append(self.perform_create(element.values))
                else:
                    rows.append(self.perform_update(element.row, element.values))
        return rows

    def wire_names(self) -> dict[str, str]:
        """Return the member of a body for each model field that it sets."""
        serializer_class = self.input_serializer_class or self.serializer_class
        fields = serializer_class().fields.items()
        names = {one.source: name for name, one in fields if not one.read_only}
        pairs = {one.field: one.id_member for one in self.pairs}
        return {**names, **pairs}

    def answered(self, rows: Sequence[Any]) -> Sequence[dict[str, Any]]:
        """Render the rows that a POST made or changed, in the order given."""
        return self.shown_all(rows)

    def perform_create(self, values: Mapping[str, Any]) -> Any:
        """Call the service that makes a row."""
        raise NotImplementedError

    def perform_update(self, row: Any, values: Mapping[str, Any]) -> Any:
        """Call the service that changes a row."""
        raise NotImplementedError
