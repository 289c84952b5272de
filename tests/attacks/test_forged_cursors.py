"""Attack: make a cursor of one's own, to read on in a list that is not one's own."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.signing import Signer

from tests.cast import Cast
from tests.factories.assets import make_assets

pytestmark = pytest.mark.django_db

SALTS = ("organisations.changes", "config.api.odata.continuation", "")


def token_of(cast: Cast, who: str, path: str) -> str:
    """Return the token with which somebody's list goes on."""
    client: Any = cast.client(who)
    link: str = client.get(f"{path}/assets?$top=1").headers["Link"]
    return parse_qs(urlsplit(link.partition(">")[0]).query)["$skiptoken"][0]


def forgeries(organisation: int) -> list[str]:
    """Return tokens that say what ours say, and are signed with other keys."""
    payloads = ([organisation, 0, 0], ["x", [1]], {"id": 1}, [[organisation], [0]])
    return [
        Signer(key=key, salt=salt).sign_object(payload)
        for key in ("x", "secret", "django-insecure")
        for salt in SALTS
        for payload in payloads
    ]


def test_it_takes_no_cursor_that_it_did_not_make(cast: Cast) -> None:
    make_assets(cast.organisation, 2)
    client: Any = cast.client("member")
    own = token_of(cast, "member", cast.path)
    changed = [own[:-1], own + "x", own.replace(":", "."), own.swapcase(), "0", "e30:x"]

    for token in (*forgeries(cast.organisation.pk), *changed):
        listed = client.get(f"{cast.path}/assets", {"$skiptoken": token})
        fed = client.get(f"{cast.path}/changes", {"after": token})
        codes = [(one.status_code, one.json()["code"]) for one in (listed, fed)]
        assert codes == [(400, "odata_error"), (400, "invalid_filter")], token


def test_it_takes_no_cursor_of_another_list_or_organisation(cast: Cast) -> None:
    make_assets(cast.organisation, 2)
    make_assets(cast.other, 2)
    client: Any = cast.client("member")
    theirs = f"/api/organisations/{cast.other.pk}"
    foreign = token_of(cast, "outsider", theirs)
    fed = cast.client("outsider").get(f"{theirs}/changes").json()["cursor"]
    own = token_of(cast, "member", cast.path)
    own_feed = client.get(f"{cast.path}/changes").json()["cursor"]

    for token in (foreign, fed, own_feed):
        answer = client.get(f"{cast.path}/assets", {"$skiptoken": token})
        assert answer.status_code == 400
    for token in (foreign, fed, own):
        answer = client.get(f"{cast.path}/changes", {"after": token})
        assert answer.status_code == 400
    for path in ("asset-groups", "equipment", "workitems", "locations", "members"):
        answer = client.get(f"{cast.path}/{path}", {"$skiptoken": own})
        assert answer.status_code == 400


def test_it_reads_no_more_with_a_cursor_than_without(cast: Cast) -> None:
    make_assets(cast.organisation, 2)
    token = token_of(cast, "owner", cast.path)

    answer: Any = cast.client("outsider").get(
        f"{cast.path}/assets", {"$skiptoken": token}
    )

    assert answer.status_code == 403
