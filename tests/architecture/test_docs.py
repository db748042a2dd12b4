"""The docs say what the program does: every command, option, setting and module is there, under its own name."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from dashcam.cli.main import commands
from dashcam.records.settings import CurrencySetting, ExtraRoot, PriceOverride, PrometheusSetting, Settings
from tests.support.sources import REPOSITORY, SOURCE, name_of

DOCS = REPOSITORY / "docs"
PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "SECURITY.md",
    *sorted(DOCS.rglob("*.md")),
]
SHARED = "Options that commands share"
OPTION = re.compile(r"(?<![\w-])(?:--?[a-z][\w-]*|-[A-Z]\b)")
HELP = {"-h", "--help"}


@cache
def leaves() -> dict[str, click.Command]:
    """Every command that does something, by its whole name."""
    return dict(_leaves(commands, "dashcam"))


def _leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    for each in command.list_commands(click.Context(command)):
        found = command.get_command(click.Context(command), each)
        assert found is not None
        yield from _leaves(found, f"{name} {each}")


def options_of(command: click.Command) -> set[str]:
    return {name for option in command.params for name in (*option.opts, *option.secondary_opts) if name[0] == "-"}


@cache
def sections() -> dict[str, str]:
    """The page of commands, by its headings."""
    _, *parts = re.split(r"^## ", (DOCS / "cli.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {head.strip(): body for head, _, body in (part.partition("\n") for part in parts)}


@pytest.mark.parametrize("name", leaves())
def test_every_command_has_an_example_and_names_its_options(name: str) -> None:
    section = sections()[name]
    assert name in {resolved(example)[0] for example in examples_in(section)}
    assert options_of(leaves()[name]) - set(OPTION.findall(sections()[SHARED] + section)) == set()


def test_the_page_of_commands_has_no_others() -> None:
    assert set(sections()) - {SHARED} == set(leaves())
    known = HELP | {"--version"}.union(*map(options_of, leaves().values()))
    assert set(OPTION.findall("".join(sections().values()))) - known == set()


def examples_in(text: str) -> list[str]:
    """The lines of a page's code that begin with our program, without what stands beside them."""
    lines = (line.strip() for line in text.splitlines() if line.startswith("    dashcam "))
    return [re.split(r"\s{2,}|\s+[#>|]\s", line)[0] for line in lines]


def resolved(example: str) -> tuple[str, list[str]]:
    """The whole name of the command that an example calls, and the words behind it."""
    command: click.Command = commands
    name, words = "dashcam", shlex.split(re.sub(r"\[(\w+)\]", r"\1", example))[1:]
    while isinstance(command, click.Group):
        context = click.Context(command)
        found = command.get_command(context, words[0]) if words and words[0][0] != "-" else None
        chosen = words.pop(0) if found else command.default  # type: ignore[attr-defined]
        found = found or command.get_command(context, chosen)
        assert found is not None, example
        command, name = found, f"{name} {chosen}"
    return name, words


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_example_calls_a_command_with_options_that_it_has(document: Path) -> None:
    for example in examples_in(document.read_text(encoding="utf-8")):
        name, words = resolved(example)
        given = {word for word in words if word.startswith("-")}
        assert given - options_of(leaves()[name]) == set(), example


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_command_that_a_sentence_names_exists(document: Path) -> None:
    named = re.findall(r"`(dashcam [a-z][^`]*)`", document.read_text(encoding="utf-8"))
    for words in named:
        first = words.split()[1]
        assert first in commands.list_commands(click.Context(commands)), words
        resolved(words.replace("...", ""))


def test_every_setting_is_explained() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")
    structs = (Settings, ExtraRoot, PriceOverride, CurrencySetting, PrometheusSetting)
    fields = {field for struct in structs for field in struct.__struct_fields__}
    assert {field for field in fields if f"`{field}`" not in text} == set()


def test_every_module_that_the_page_of_the_architecture_names_is_there() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    named = [name for name in re.findall(r"`([\w/]+\.py)`", text) if "/" in name]
    assert len(named) > 30
    assert [name for name in named if not any((root / name).exists() for root in (SOURCE, REPOSITORY))] == []


@pytest.mark.parametrize("document", [*PAGES, REPOSITORY / "CHANGELOG.md"], ids=name_of)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
