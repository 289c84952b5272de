"""Which of several faults a request about logs or work is refused for.

As in `test_check_order`: of each row the refusals in order; the test of refusal k
sends a request that has the faults k to the last.
"""

from typing import Any

import pytest

from assets.models import AssetGroup, Attachment
from organisations.models import Organisation
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said, send
from tests.assets.api.fleet.files import upload
from tests.assets.api.fleet.test_check_order import (
    ANONYMOUS,
    BROKEN,
    DISABLED,
    NO_MEMBER,
    NO_PERMISSION,
    Attempt,
    Fault,
    O,
    body,
    by,
    missing,
    query,
)
from tests.cast import Cast
from tests.factories.logs import make_log, make_work_item

HALF = body("latitude_longitude_together", "longitude", latitude=1)
TOO_LONG = body("invalid_body", duration=-1)
NOT_THE_WRITER = by("owner", "not_creator")
LOG = "/api/assetlogs/{log}"
LOGS = "/api/assetgroups/{asset}/logs"
FILE = "/api/assetlogs/{log}/attachments/{hash}"
BAD_FILTERS = [query("invalid_filter", type="x"), query("odata_error", _top="x")]


def unseen(fault: Fault) -> Fault:
    """Return the fault as whoever may not read a file sees it: there is none."""
    return Fault(refusal("not_found", status=404), fault.apply)


ROWS: dict[str, tuple[str, list[Fault]]] = {
    "POST logs": (LOGS, [missing("asset"), DISABLED, NO_MEMBER, BROKEN]),
    "POST logs again": (LOGS, [missing("asset"), DISABLED, NO_MEMBER, HALF, TOO_LONG]),
    "GET logs": (LOGS, [missing("asset"), DISABLED, NO_MEMBER, *BAD_FILTERS]),
    "GET log": (LOG, [missing("log"), DISABLED, NO_MEMBER]),
    "GET file": (
        FILE,
        [
            missing("log"),
            missing("hash"),
            unseen(DISABLED),
            unseen(NO_MEMBER),
            query("invalid_filter", size="5"),
        ],
    ),
    "PATCH log": (LOG, [missing("log"), DISABLED, NO_MEMBER, BROKEN, TOO_LONG]),
    "PATCH log of another": (LOG, [missing("log"), DISABLED, NOT_THE_WRITER, TOO_LONG]),
    "DELETE log": (LOG, [missing("log"), DISABLED, NO_PERMISSION]),
    "POST work": (
        f"{O}/workitems",
        [
            DISABLED,
            NO_MEMBER,
            BROKEN,
            body("invalid_body", type="party"),
            body("prefix_invalid", prefix_id=UNKNOWN),
            body("group_invalid", asset_group_id=UNKNOWN),
        ],
    ),
    "GET work": (f"{O}/workitems", [DISABLED, NO_MEMBER, *BAD_FILTERS]),
    "GET item": ("/api/workitems/{item}", [missing("item"), DISABLED, NO_MEMBER]),
    "PATCH item": (
        "/api/workitems/{item}",
        [
            missing("item"),
            DISABLED,
            NO_MEMBER,
            BROKEN,
            body("invalid_body", state="done"),
            body("group_invalid", asset_group_id=UNKNOWN),
        ],
    ),
}
NEEDED: dict[str, dict[str, Any]] = {
    "POST logs again": {"log": "x"},
    "POST work": {"summary": "Turn the wheels"},
}
CASES = [
    pytest.param(name, place, id=f"{name}: {fault.expected.code}")
    for name, (_, faults) in ROWS.items()
    for place, fault in enumerate([ANONYMOUS, *faults])
]


@pytest.mark.parametrize(("row", "place"), CASES)
def test_it_refuses_for_the_first_fault(
    cast: Cast, asset: AssetGroup, row: str, place: int
) -> None:
    log = make_log(asset, actor=cast.manager, file=upload())
    ids: dict[str, Any] = {
        "organisation": cast.organisation.pk,
        "asset": asset.pk,
        "log": log.pk,
        "hash": Attachment.objects.get().blob.file_hash,
        "item": make_work_item(cast.organisation).pk,
    }
    path, faults = ROWS[row]
    faults = [ANONYMOUS, *faults][place:]
    attempt = Attempt(path, body=dict(NEEDED.get(row, {})), ids=ids)
    for fault in reversed(faults):
        fault.apply(attempt)
    Organisation.objects.filter(pk=cast.organisation.pk).update(
        enabled=attempt.is_enabled
    )

    response = send(
        cast.client(attempt.who),
        row.split()[0],
        attempt.path.format(**attempt.ids),
        attempt.query or attempt.body,
    )

    assert said(response) == faults[0].expected
