"""What holds for every file of the project."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.env import read_environment

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (
    ".ci",
    "assets",
    "benchmarks",
    "config",
    "devices",
    "docs",
    "licensing",
    "organisations",
    "templates",
    "tests",
)
TEXTS = {".csv", ".html", ".md", ".py", ".toml", ".txt", ".yaml", ""}
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
# In halves, so that this file is not at fault itself.
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.", "crates" + ".io"]
MACHINE = ["/ro" + "ot/", "/ho" + "me/", "/wo" + "rk/", "/mn" + "t/"]

Function = ast.FunctionDef | ast.AsyncFunctionDef


def all_files() -> Iterator[Path]:
    """Find what is, or will be, committed."""
    yield from (one for one in ROOT.iterdir() if one.is_file() and is_ours(one))
    for folder in FOLDERS:
        for one in (ROOT / folder).rglob("*"):
            if one.is_file() and "__pycache__" not in one.parts:
                yield one


def is_ours(file: Path) -> bool:
    """Tell files of the project from those that running it leaves beside them."""
    kept = {".gitignore", ".pre-commit-config.yaml"}
    made = (".", "db.sqlite3")
    return file.name in kept or not file.name.startswith(made)


def is_written_by_hand(file: Path) -> bool:
    return "migrations" not in file.parts


TEXT_FILES = sorted(one for one in all_files() if one.suffix in TEXTS)
SOURCES = sorted(
    one for one in all_files() if one.suffix == ".py" and is_written_by_hand(one)
)

# What runs in production; stories of tests and tables of cases may be longer.
PROGRAMS = [one for one in SOURCES if one.relative_to(ROOT).parts[0] != "tests"]


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def functions(file: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


@pytest.mark.parametrize("word", [*HOSTS, *MACHINE])
def test_it_names_no_package_host_and_no_machine(word: str) -> None:
    at_fault = [
        named(file) for file in TEXT_FILES if word.encode() in file.read_bytes()
    ]
    assert at_fault == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_it_pins_by_hash_and_names_no_host(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    pins = [line for line in lines if re.match(r"[a-z0-9]", line)]
    assert len(pins) > 20
    assert [line for line in pins if not re.match(r"[\w.-]+==[\w.+]+", line)] == []
    assert [line for line in lines if "://" in line or "--index" in line] == []
    hashes = (ROOT / name).read_text().count("--hash=sha256:")
    assert hashes >= len(pins)


def test_it_keeps_files_short() -> None:
    lengths = {named(file): len(file.read_text().splitlines()) for file in PROGRAMS}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_it_keeps_functions_short() -> None:
    long = {
        f"{named(file)}: {one.name}": length
        for file in PROGRAMS
        for one in functions(file)
        if (length := (one.end_lineno or 0) - one.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_it_imports_at_the_top_only() -> None:
    hidden = [
        f"{named(file)}:{node.lineno}"
        for file in SOURCES
        for one in functions(file)
        for node in ast.walk(one)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_it_catches_nothing_it_does_not_name() -> None:
    broad = {"Exception", "BaseException"}
    at_fault = [
        f"{named(file)}:{node.lineno}"
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or broad & names_in(node.type))
    ]
    assert at_fault == []


def names_in(node: ast.expr) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def test_it_has_no_room_for_odds_and_ends() -> None:
    names = {"utils", "common", "helpers", "misc", "signals"}
    assert [named(file) for file in SOURCES if file.stem in names] == []


def variables_in_readme() -> dict[str, str]:
    """Return the defaults of the environment table by name."""
    rows = re.findall(
        r"^\| `([A-Z0-9_]+)` \| (.+?) \|", (ROOT / "README.md").read_text(), re.M
    )
    return dict(rows)


def test_it_lists_every_variable_in_the_readme() -> None:
    source = (ROOT / "config" / "env.py").read_text()
    read = re.findall(r"\.(?:text|flag|number|names|rate)\(\s*\"([A-Z0-9_]+)\"", source)
    assert sorted(variables_in_readme()) == sorted(set(read))


def test_it_tells_the_true_defaults_in_the_readme(tmp_path: Path) -> None:
    nothing_set = replace(read_environment(tmp_path, {}), secret_key="")
    told = {
        name: default.strip("`")
        for name, default in variables_in_readme().items()
        if re.fullmatch(r"`\S+`", default)
    }
    assert len(told) > 10
    assert replace(read_environment(tmp_path, told), secret_key="") == nothing_set


def test_it_lists_every_command_in_the_readme() -> None:
    folder = ROOT / "config" / "management" / "commands"
    commands = {file.stem for file in folder.glob("[a-z]*.py")}
    readme = (ROOT / "README.md").read_text()
    listed = set(re.findall(r"^\| `manage\.py (\w+)", readme, re.M))
    assert commands <= listed
