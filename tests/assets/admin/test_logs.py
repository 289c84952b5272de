"""Logs in the back office."""

from assets.models import AssetLog
from assets.services.logs import update_log
from tests.back_office import CASES, as_staff, page
from tests.cast import Cast


def test_it_shows_what_a_log_said_before(cast: Cast) -> None:
    log = CASES[AssetLog].make(cast.organisation)
    assert isinstance(log, AssetLog)
    client = as_staff(cast.staff)
    address = page(AssetLog, "change", log.pk)
    assert "The door sticks." in client.get(address).content.decode()
    log = update_log(log, {"log": "<b>It</b> jams."}, actor=cast.member)
    update_log(log, {"log": "All is well.", "duration": 60}, actor=cast.manager)
    shown = client.get(address).content.decode()
    told = shown.split("Earlier texts")[1]
    newer, older = told.index("&lt;b&gt;It&lt;/b&gt; jams."), told.index("The door")
    assert newer < older
    assert "manager" in told[:newer]
    assert "member" in told[newer:older]


def test_it_shows_no_text_of_another_log(cast: Cast) -> None:
    log, other = (CASES[AssetLog].make(cast.organisation) for _ in range(2))
    assert isinstance(other, AssetLog)
    update_log(other, {"log": "Something else."}, actor=cast.member)
    update_log(other, {"log": "At last."}, actor=cast.member)
    shown = as_staff(cast.staff).get(page(AssetLog, "change", log.pk)).content.decode()
    assert "Something else." not in shown
