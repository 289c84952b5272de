"""The sidebar of the back office, and the picture in its browser tab."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

FAVICON = {
    "rel": "icon",
    "type": "image/svg+xml",
    # In the page itself: no file, and no request that fails where there is none.
    "href": "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' "
    "viewBox='0 0 16 16'><rect width='16' height='16' rx='4' fill='%239810fa'/>"
    "<path d='M3 9h4v3H3zm6 0h4v3H9zM7 10h2v1H7z' fill='white'/></svg>",
}
COMPOSER = {
    "title": "Compose a consist",
    "icon": "reorder",
    "link": reverse_lazy("admin:assets_assetgroup_compose_new"),
    "permission": "assets.admin.composer.may_compose",
}
INBOX = {
    "title": "Shared with us",
    "icon": "inbox",
    "link": reverse_lazy("admin:organisations_fleetshare_inbox"),
}
START = {"title": "Start", "icon": "home", "link": reverse_lazy("admin:index")}
GROUP, SHARE = "assets_assetgroup", "organisations_fleetshare"
OPERATORS = "organisations.admin.rights.is_superuser"


def _page(title: str, icon: str, model: str, **more: Any) -> dict[str, Any]:
    link = reverse_lazy(f"admin:{model}_changelist")
    return {"title": title, "icon": icon, "link": link, **more}


def _group(title: str, *pages: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "items": list(pages)}


def _beside(page: dict[str, Any], model: str) -> Callable[[HttpRequest], bool]:
    """Return what tells whether a page of the model is shown, and not this one of it.

    Both have a line in the sidebar, and one address begins with the other.
    """
    rows = reverse_lazy(f"admin:{model}_changelist")

    def is_shown(request: HttpRequest) -> bool:
        is_page = request.path.startswith(str(page["link"]))
        return request.path.startswith(str(rows)) and not is_page

    return is_shown


NAVIGATION: Sequence[dict[str, Any]] = [
    _group(
        "Register",
        START,
        _page("Assets", "train", "assets_asset"),
        _page("Equipment", "construction", "assets_equipment"),
        _page("Groups", "link", GROUP, active=_beside(COMPOSER, GROUP)),
        COMPOSER,
        _page("Work items", "task_alt", "assets_workitem"),
        _page("Logs", "chat", "assets_assetlog"),
        _page("Types", "category", "assets_assettype"),
        _page("Statuses", "traffic", "assets_assetstatus"),
        _page("Fields", "list_alt", "assets_assetfield"),
        _page("Zones", "dashboard", "assets_assetzone"),
    ),
    _group(
        "Devices",
        _page("Devices", "devices", "devices_deviceasset"),
        _page("Custody", "assignment_return", "devices_checkout"),
        _page("Software", "apps", "devices_software"),
        _page("Meter readings", "speed", "devices_meterreading"),
        _page("Links", "hub", "devices_assetlink"),
        _page("Integrations", "sync_alt", "devices_integrationlink"),
        _page("Column profiles", "view_column", "devices_columnprofile"),
        _page("Saved searches", "saved_search", "devices_savedsearch"),
        _page("Allowed statuses", "rule", "devices_allowedstatus"),
    ),
    _group(
        "Licences",
        _page("Licences", "license", "licensing_licence"),
        _page("Seats", "event_seat", "licensing_allocation"),
        _page("Certificates", "verified", "licensing_certificate"),
        _page("Licence infos", "info", "licensing_licenceinfo"),
        _page("Other systems", "contract", "licensing_reference"),
    ),
    _group(
        "Organisation",
        _page("Organisations", "domain", "organisations_organisation"),
        _page("Members", "group", "organisations_membership"),
        _page("Roles", "badge", "organisations_role"),
        _page("Fleets", "directions_bus", "organisations_fleet"),
        _page("Shares", "share", SHARE, active=_beside(INBOX, SHARE)),
        INBOX,
        _page("Locations", "location_on", "organisations_location"),
        _page("Prefixes", "tag", "organisations_prefix"),
        _page("Subscriptions", "card_membership", "organisations_subscription"),
    ),
    _group(
        "Access",
        _page("Users", "person", "organisations_user"),
        _page("Personal tokens", "key", "organisations_personaltoken"),
        _page("Applications", "apps", "oauth2_provider_application"),
        _page("Access tokens", "vpn_key", "oauth2_provider_accesstoken"),
        _page("Logins", "login", "axes_accesslog", permission=OPERATORS),
        _page("Failed logins", "lock", "axes_accessattempt", permission=OPERATORS),
    ),
    _group(
        "History",
        _page("Imports", "upload", "organisations_importrun"),
        _page("Changes", "history", "organisations_change"),
    ),
]
