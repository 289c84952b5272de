"""Where every address of the project starts."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import admin
from django.http import HttpResponseBase
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.headers import with_the_docs_policy
from config.health import healthz, readyz
from config.metrics import metrics
from config.plain import front
from config.urls.any_case import any_case
from config.urls.device import is_device_path
from config.urls.forms import family
from config.urls.schema import DEVICE_TITLE, DeviceSchema, FleetSchema
from organisations.api.oauth import TokenView
from organisations.pages import AcceptInvitationView


def docs(document: str, **more: str) -> Callable[..., HttpResponseBase]:
    """Make the page on which a document can be read and tried; its script is a file."""
    view = SpectacularSwaggerSplitView.as_view(
        url_name=document, template_name="docs.html", **more
    )
    return with_the_docs_policy(view)


urlpatterns = [
    path("", front, name="front"),
    path(settings.BACK_OFFICE_PATH, admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    any_case("auth/token", TokenView.as_view(), name="auth-token"),
    path("invitations/<token>", AcceptInvitationView.as_view(), name="invitation"),
    path(
        "api/schema/fleet",
        SpectacularAPIView.as_view(generator_class=FleetSchema),
        name="schema-fleet",
    ),
    path(
        "api/docs",
        docs("schema-fleet"),
        name="docs",
    ),
    path(
        "api/schema/device",
        SpectacularAPIView.as_view(generator_class=DeviceSchema),
        name="schema-device",
    ),
    path(
        "api/docs/device",
        docs("schema-device", title=DEVICE_TITLE),
        name="docs-device",
    ),
    family("config.urls.device", is_device_path),
    path("", include("config.urls.fleet")),
]

handler400 = "config.handlers.bad_request"
handler403 = "config.handlers.permission_denied"
handler404 = "config.handlers.not_found"
handler500 = "config.handlers.server_error"
