"""What django-axes keeps of logins; only the operator of the installation looks."""

from typing import Any

from axes.models import AccessAttempt, AccessLog
from axes.utils import reset
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from organisations.admin.base import ScopedAdmin
from organisations.admin.rights import is_superuser


class LoginAdmin(ScopedAdmin):
    """Shows rows that belong to no organisation to superusers."""

    ordering = ("-id",)
    search_fields = ("username", "ip_address")

    def scoped(self, rows: Any, request: HttpRequest) -> Any:
        """Show everything to superusers, and nothing to others."""
        return rows if is_superuser(request) else rows.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let superusers look."""
        return is_superuser(request)


@admin.register(AccessAttempt)
class AccessAttemptAdmin(LoginAdmin):
    """Failures that count towards closing the login."""

    list_display = (
        "attempt_time",
        "username",
        "ip_address",
        "failures_since_start",
        "user_agent",
    )
    fields = (*list_display, "path_info")
    actions = ("open_again",)

    @admin.action(description="Let these people try again")
    def open_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Forget the failures, as the end of the quarter of an hour would."""
        for attempt in queryset:
            reset(username=attempt.username, ip=attempt.ip_address)


@admin.register(AccessLog)
class AccessLogAdmin(LoginAdmin):
    """Logins and logouts."""

    list_display = (
        "attempt_time",
        "logout_time",
        "username",
        "ip_address",
        "user_agent",
    )
    fields = (*list_display, "path_info")
