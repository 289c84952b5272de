"""One page of each kind, by name: what is looked at in every light and at any width."""

from collections.abc import Mapping

# Pages that nobody has to log in for.
OPEN_PAGES: Mapping[str, str] = {
    "front": "/",
    "login": "/admin/login/",
}
# The page that is not there.
MISSING = "no-such-page"
# Where `{model}` stands, the id of somebody's first row of that model goes.
PAGES: Mapping[str, str] = {
    "start": "/admin/",
    "section": "/admin/assets/",
    "asset-list": "/admin/assets/asset/",
    "group-list": "/admin/assets/assetgroup/",
    "device-list": "/admin/devices/deviceasset/",
    "licence-list": "/admin/licensing/licence/",
    "import-list": "/admin/organisations/importrun/",
    "change-list": "/admin/organisations/change/",
    "asset-add": "/admin/assets/asset/add/?type={assets.assettype}",
    "asset": "/admin/assets/asset/{assets.asset}/change/",
    "asset-history": "/admin/assets/asset/{assets.asset}/history/",
    "asset-delete": "/admin/assets/asset/{assets.asset}/delete/",
    "group": "/admin/assets/assetgroup/{assets.assetgroup}/change/",
    "composer": "/admin/assets/assetgroup/{assets.assetgroup}/compose/",
    "composer-new": "/admin/assets/assetgroup/compose/",
    "log": "/admin/assets/assetlog/{assets.assetlog}/change/",
    "licence": "/admin/licensing/licence/{licensing.licence}/change/",
    "device": "/admin/devices/deviceasset/{devices.deviceasset}/change/",
    "role": "/admin/organisations/role/{organisations.role}/change/",
    "roles-grid": "/admin/organisations/role/permissions/",
    "member": "/admin/organisations/membership/{organisations.membership}/change/",
    "member-add": "/admin/organisations/membership/add/",
    "share-inbox": "/admin/organisations/fleetshare/inbox/",
    "import": "/admin/organisations/importrun/{organisations.importrun}/change/",
    "undo": "/admin/organisations/importrun/{organisations.importrun}/undo/",
    "upload": "/admin/organisations/importrun/upload",
    MISSING: "/admin/no/such/page/",
}


def address_of(path: str, rows: Mapping[str, int]) -> str:
    """Return where a page of `PAGES` is, of some rows by their models."""
    for model, key in rows.items():
        path = path.replace(f"{{{model}}}", str(key))
    return path
