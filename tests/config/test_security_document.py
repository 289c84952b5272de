"""That the promises of `docs/security.md` have the tests that they name."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "security.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def named() -> list[tuple[str, str]]:
    """Return the modules that the document names, each with a test if it says one."""
    return NAMED.findall(DOCUMENT.read_text(encoding="utf-8"))


def functions_in(module: str) -> set[str]:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    functions = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
    return {name for name in functions if name.startswith("test_")}


def test_it_names_tests_that_there_are() -> None:
    assert len(named()) > 25
    for module, test in named():
        found = functions_in(module)
        assert found, module
        assert not test or test in found, test


def test_it_names_a_test_for_each_promise() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    promises = [line for line in lines if re.match(r"\| [A-Z]", line)]
    assert len(promises) > 20
    assert [line for line in promises if not NAMED.search(line)] == []


def test_it_leaves_out_no_attack() -> None:
    attacks = {
        f"tests/attacks/{file.name}"
        for file in (ROOT / "tests" / "attacks").glob("test_*.py")
    }
    assert attacks <= {module for module, _ in named()}
