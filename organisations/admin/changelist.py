"""Lists that find the ids of a page first, and read its rows afterwards."""

from typing import Any

from django.http import HttpRequest
from unfold.views import ChangeList


class KeyedChangeList(ChangeList):  # type: ignore[misc]
    """Joins what a list shows beside its rows to the rows of one page only.

    With all the joins in the query that finds them, PostgreSQL no longer plans where to
    begin, and reads the table for a page of few rows.
    """

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        """Find the rows of the page."""
        super().get_results(request)
        found = self.result_list
        keys = list(found.select_related(None).values_list("pk", flat=True))
        rows = self.apply_select_related(self.root_queryset.filter(pk__in=keys))
        # What filters read together with the rows, such as the groups they are in.
        rows = rows.prefetch_related(None)
        rows = rows.prefetch_related(*found._prefetch_related_lookups)
        self.result_list = rows.order_by(*found.query.order_by)
