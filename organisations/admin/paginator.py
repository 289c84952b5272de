"""Pages of lists that may be long."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST = 10_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts so many rows and no further; whoever wants what lies behind narrows."""

    template_name = "admin/bounded_pagination.html"

    @cached_property
    def counted(self) -> int:
        """How many rows there are, one more than the most for all that lies beyond."""
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST + 1].count())

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through."""
        return min(self.counted, MOST)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than can be paged through."""
        return self.counted > MOST
