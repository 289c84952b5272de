import pytest

from organisations.scopes import covers, may_use, unknown_scopes


@pytest.mark.parametrize("scope", ["all", "all:standard", "admin"])
def test_it_does_not_narrow(scope: str) -> None:
    assert may_use({scope}, writing=True, area="software")
    assert covers({scope}, {"all", "edit:assets"})


@pytest.mark.parametrize(
    ("held", "writing", "area", "allowed"),
    [
        ("read:assets", False, "assets", True),
        ("read:assets", True, "assets", False),
        ("read:assets", False, "software", False),
        ("read:assets", False, None, True),
        ("read:assets", True, None, False),
        ("edit:assets", True, "assets", True),
        ("edit:assets", False, "assets", True),
        ("edit:software", True, "softwarelicensing", False),
        ("read:softwarelicensing", False, "software", False),
    ],
)
def test_it_narrows(held: str, writing: bool, area: str | None, allowed: bool) -> None:
    assert may_use({held}, writing=writing, area=area) is allowed


def test_it_allows_nothing_without_a_scope() -> None:
    assert not may_use(set(), writing=False)
    assert not covers(set(), {"read:assets"})


def test_it_names_unknown_scopes() -> None:
    assert unknown_scopes(["b", "all", "a", "a"]) == ["a", "b"]
