"""The shape of the project's files: small modules that say what they are for, nothing of one machine."""

import ast
import re
from pathlib import Path

import pytest

from tests.support.sources import FUNCTIONS, REPOSITORY, SOURCE, modules, name_of, tracked_files, tree

LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
CODE = ("src", "tests", "benchmarks")
VAGUE = re.compile(r"(Manager|Helper|Util|Utils|Base|Impl|Processor)$")
UNREADABLE = {".db", ".gz", ".ico", ".parquet", ".png", ".woff2", ".zst"}

# Put together from pieces, or this file would find itself.
FOREIGN = re.compile(
    "|".join(
        (
            re.escape("pypi") + r"\.org",
            re.escape("pythonhosted") + r"\.org",
            r"registry\.npm" + "js",
            r"registry\.yarn" + "pkg",
            "(extra-)?index" + "-url",
            "--find" + "-links",
            r"(?<![\w.])/ro" + r"ot/",
            r"(?<![\w.])/wo" + r"rk/(main|shared|\.)",
            r"(?<![\w.])/opt/(py" + "pi|wheels)",
        )
    )
)


def test_every_module_says_what_it_is_for() -> None:
    silent = [name_of(path) for path in modules(*CODE) if not ast.get_docstring(tree(path))]
    assert silent == []


def test_no_module_outgrows_a_sitting() -> None:
    sizes = {name_of(path): len(path.read_text().splitlines()) for path in modules(*CODE)}
    assert {name: size for name, size in sizes.items() if size > LONGEST_MODULE} == {}


def test_no_function_outgrows_a_screen() -> None:
    long = [
        f"{name_of(path)}:{node.lineno}: {node.name} has {size} lines"
        for path in modules("src")
        for node in ast.walk(tree(path))
        if isinstance(node, FUNCTIONS) and (size := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_class_has_a_name_that_says_nothing() -> None:
    vague = [
        f"{name_of(path)}:{node.lineno}: {node.name}"
        for path in modules(*CODE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and VAGUE.search(node.name)
    ]
    assert vague == []


def packages() -> list[str]:
    return sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))


@pytest.mark.parametrize("package", packages())
def test_every_package_has_its_folder_of_tests(package: str) -> None:
    assert sorted((REPOSITORY / "tests" / package).rglob("test_*.py")) != []


def readable(path: Path) -> bool:
    return path.suffix not in UNREADABLE and not path.is_symlink()


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in filter(readable, tracked_files())
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert found == []


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:3] for path in (REPOSITORY / "docs" / "decisions").glob("[0-9]*.md")]
    assert sorted(numbers) == sorted(set(numbers))
