"""Lists narrowed to one asset, piece of equipment or group, whichever it is."""

from typing import Any

from django.http import HttpRequest

from assets.models import AssetGroup
from organisations.admin.filters import RowFilter, ScopedForm
from organisations.admin.ids import is_id


def of_the_register(model_admin: Any, request: HttpRequest) -> Any:
    """Return the rows of every kind that the person sees.

    The list of groups leaves assets and equipment to their own.
    """
    groups = model_admin.admin_site.get_model_admin(AssetGroup)
    return groups.scoped(AssetGroup.objects.all(), request)


class RegisterForm(ScopedForm):
    """Shows the chosen row, of whatever kind, where the person sees it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = of_the_register(kwargs["model_admin"], kwargs["request"])
        self.fields[kwargs["name"]].queryset = rows


class RegisterFilter(RowFilter):
    """Narrows a list to one row of the register."""

    form_class = RegisterForm

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Find nothing for a row that is not there or not the person's."""
        chosen = self.value() or ""
        if not chosen:
            return queryset
        rows = of_the_register(self.model_admin, request)
        if not is_id(chosen) or not rows.filter(pk=int(chosen)).exists():
            return queryset.none()
        return queryset.filter(**{f"{self.field_path}": int(chosen)})
