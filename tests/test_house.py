"""What is written about the house stays true."""

import json
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.main import get_command

from bridge import __version__
from bridge.channel import Reason
from bridge.cli import app
from channels.telegram.channel import TelegramChannel
from channels.vk.channel import VkChannel
from routing.parked import PATIENCE
from scripts import capabilities, reference

ROOT = Path(__file__).parent.parent
HOUR = 3_600_000
LONGEST_FILE = 400
# Tests are found by their names, and are read one at a time.
LONGEST_TESTS = 500
CHANNEL_HEADINGS = ["Set up", "What it can do", "Limits"]
LISTS = ["done", "todo", "exempt"]

ELSEWHERE = [
    "/work/",
    "/root/",
    "/tmp/brief",
    "registry.npmjs",
    "pypi.org",
    "pythonhosted",
    "deb.debian.org",
    "yarnpkg.com",
]
THIS_FILE = Path("tests/test_house.py")
TEXT_SUFFIXES = {
    "", ".cfg", ".css", ".html", ".ini", ".js", ".json", ".md", ".mjs", ".py", ".sh", ".sql",
    ".svg", ".toml", ".ts", ".tsx", ".txt", ".yaml", ".yml",
}  # fmt: skip


@cache
def ours() -> tuple[Path, ...]:
    """Return every file of the project, committed or about to be, relative to its root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(
        sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file())
    )


def texts(*suffixes: str) -> list[Path]:
    """Return the project's text files with these suffixes, or all of them."""
    wanted = set(suffixes) or TEXT_SUFFIXES
    return [path for path in ours() if path.suffix in wanted]


def read(path: Path | str) -> str:
    """Return the text of a file of the project."""
    return (ROOT / path).read_text(encoding="utf-8")


def test_no_python_file_outgrows_its_room() -> None:
    # A migration is a record of what was done, in which nobody goes looking for a line.
    rooms = [path for path in texts(".py") if "migrations" not in path.parts]
    lines = {path: read(path).count("\n") for path in rooms}
    limits = {path: LONGEST_TESTS if path.parts[0] == "tests" else LONGEST_FILE for path in rooms}
    long = {path: count for path, count in lines.items() if count > limits[path]}
    assert not long


def test_every_folder_of_tests_is_a_package_since_it_would_shadow_ours_otherwise() -> None:
    folders = {path.parent for path in texts(".py") if path.parts[0] == "tests"}
    assert not [str(folder) for folder in folders if not (ROOT / folder / "__init__.py").is_file()]


def test_no_file_names_a_place_of_one_machine_or_a_registry() -> None:
    found = [
        f"{path}: {word}"
        for path in texts()
        for word in ELSEWHERE
        if path != THIS_FILE and word in read(path)
    ]
    assert not found


def test_no_file_leaves_work_for_later_in_a_comment() -> None:
    marker = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        str(path)
        for path in texts(".py", ".ts", ".tsx", ".css", ".sh")
        if path != THIS_FILE and marker.search(read(path))
    ]
    assert not found


@pytest.mark.parametrize("lock", ["runtime", "dev", "build", "node"])
def test_a_lock_pins_each_package_with_hashes_and_names_no_address(lock: str) -> None:
    text = read(f"requirements/{lock}.txt")
    assert "://" not in text
    for package in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9.-]+==\S+", package), package
        assert "--hash=sha256:" in package, package


def test_runtime_and_dev_lock_agree_on_every_version() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", read(f"requirements/{lock}.txt"), re.MULTILINE))

    assert pins("runtime") <= pins("dev")


def test_the_front_ends_lock_names_no_address_to_fetch_from() -> None:
    packages: dict[str, dict[str, Any]] = json.loads(read("package-lock.json"))["packages"]
    fetched = {name: entry for name, entry in packages.items() if "integrity" in entry}
    assert fetched
    assert not [name for name, entry in fetched.items() if "resolved" in entry]


def test_every_dependency_has_a_lower_bound() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    assert not [one for group in groups for one in group if ">=" not in one]


def test_every_part_says_the_same_licence() -> None:
    said = {tomllib.loads(read("pyproject.toml"))["project"]["license"]}
    said |= {json.loads(read(path))["license"] for path in ours() if path.name == "package.json"}
    assert said == {"GPL-3.0-or-later"}
    assert "GNU GENERAL PUBLIC LICENSE" in read("LICENSE")


def test_every_ignored_lint_rule_has_a_reason_above_it() -> None:
    section = (
        read("pyproject.toml").split("[tool.ruff.lint]")[1].split("[tool.ruff.lint.pylint]")[0]
    )
    lines = [line.strip() for line in section.splitlines()]
    rules = [i for i, line in enumerate(lines) if re.match(r'"[A-Z]+\d*"', line)]
    assert rules
    assert not [lines[i] for i in rules if not lines[i - 1].startswith("#")]


def test_every_silenced_warning_says_which_one() -> None:
    bare = re.compile(r"#\s*(noqa(?!: [A-Z]+\d+)|type: ignore(?!\[))")
    assert not [str(path) for path in texts(".py") if bare.search(read(path))]


def test_every_link_in_the_documents_leads_somewhere() -> None:
    broken = []
    for path in texts(".md"):
        for target in re.findall(
            r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", read(path), flags=re.DOTALL)
        ):
            place = target.split("#")[0]
            if place and "://" not in target and not target.startswith("mailto:"):
                broken += [f"{path}: {target}"] if not (ROOT / path.parent / place).exists() else []
    assert not broken


def test_every_document_can_be_reached_from_the_first_page() -> None:
    reached, queue = set(), [Path("README.md")]
    while queue:
        path = queue.pop()
        if path in reached or path.suffix != ".md":
            continue
        reached.add(path)
        for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", read(path)):
            place = (ROOT / path.parent / target).resolve()
            if place.is_file() and place.is_relative_to(ROOT):
                queue.append(place.relative_to(ROOT))
    documents = {path for path in texts(".md") if path.parts[0] == "docs"}
    assert not sorted(map(str, documents - reached))


def test_the_first_page_promises_what_the_program_keeps_to() -> None:
    promise = read("README.md").partition("## The promise")[2].partition("\n## ")[0]
    said = dict(re.findall(r"^> \*\*([A-Z][a-z ]+)\.\*\* (.+)$", promise, re.MULTILINE))
    assert list(said) == ["In", "To agents", "Out", "Doubles", "Limits"]
    assert f"is kept for it for {PATIENCE // HOUR} hours" in said["In"]
    telegram = TelegramChannel.capabilities
    assert telegram.kept_for is not None
    assert f"Telegram waits {telegram.kept_for * 1000 / HOUR:.0f} hours" in said["Limits"]
    assert "VK does not say" in said["Limits"]
    assert VkChannel.capabilities.kept_for is None
    assert "VK is retried under a key it knows" in said["Doubles"]
    assert VkChannel.capabilities.idempotent_send
    assert not telegram.idempotent_send


def test_the_page_of_settings_is_what_the_schema_says() -> None:
    assert read("docs/reference/config.md") == reference.page(
        json.loads(read("config/schema.json"))
    )


def test_every_key_of_the_yaml_has_a_description_and_an_example() -> None:
    schema = json.loads(read("config/schema.json"))
    shapes = {"": schema, **schema["definitions"]}
    keys = {
        f"{place}.{name}": key
        for place, shape in shapes.items()
        for name, key in shape.get("properties", {}).items()
    }
    assert len(keys) > len(shapes)
    assert not [place for place, key in keys.items() if not key.get("description")]
    assert not [place for place, key in keys.items() if not key.get("examples")]


def test_the_page_of_capabilities_says_what_the_tests_prove() -> None:
    page = read("docs/reference/capabilities.md")
    assert page == capabilities.updated(page, capabilities.carried()), "run: make schema"


def test_the_tests_that_count_for_both_chats_run_on_both() -> None:
    for path in (ROOT / "tests/agent_console/surfaces").glob("test_*.py"):
        given = r"def (test_\w+)\(\s*(\w+): (\w+)"
        for name, _, hall in re.findall(given, path.read_text(encoding="utf-8")):
            wanted = "TelegramHall" if path.name.startswith("test_telegram_") else "Hall"
            assert hall == wanted, f"{path.name}: {name}"


def test_every_row_of_a_staff_chat_is_told_of_each_surface() -> None:
    page = read("docs/reference/capabilities.md")
    told = [match["id"] for match in capabilities.SURFACE_ROW.finditer(page)]
    assert len(told) == len(set(told)) == 19
    assert " open " not in "".join(match[0] for match in capabilities.SURFACE_ROW.finditer(page)), (
        "a surface lacks a test"
    )


def test_every_row_stands_once_on_the_page_of_capabilities() -> None:
    page = read("docs/reference/capabilities.md")
    found = [match["id"] for match in capabilities.ROW.finditer(page)]
    rows = {"D": 56, "R": 66, "O": 42, "S": 52, "J": 40}
    assert sorted(found) == sorted(
        f"{letter}{number:02}" for letter, count in rows.items() for number in range(1, count + 1)
    )
    assert capabilities.carried() <= set(found)


CONSOLE_WORDS = Path("agent_console/web/client/src/i18n")


@pytest.mark.parametrize("language", ["en", "es", "ru", "uk"])
def test_s50_every_reason_of_a_failure_has_words_and_no_words_are_of_none(language: str) -> None:
    text = read(CONSOLE_WORDS / f"{language}.ts")
    assert re.findall(r'^  "reason\.(\w+)":', text, re.MULTILINE) == list(get_args(Reason))


def test_every_language_of_the_console_is_held_to_the_reasons() -> None:
    spoken = {path.stem for path in ours() if path.parent == CONSOLE_WORDS}
    assert spoken == {"index", "en", "es", "ru", "uk"}


def test_every_reason_is_explained_beside_it() -> None:
    listed = read("bridge/channel/reasons.py").partition("Reason = Literal[")[2].partition("\n]")[0]
    explained = re.findall(r'^    "(\w+)",  # [A-Z].+\.$', listed, re.MULTILINE)
    assert explained == list(get_args(Reason))


def commands(command: object, name: str) -> list[str]:
    """Return every command below this one, as one types it."""
    below: dict[str, object] = getattr(command, "commands", {})
    deeper = [deep for word, one in below.items() for deep in commands(one, f"{name} {word}")]
    does_itself = not below or getattr(command, "invoke_without_command", False)
    return [*([name] if does_itself else []), *deeper]


def test_every_command_has_its_row_and_no_row_is_left_of_one_that_went() -> None:
    page = read("docs/reference/commands.md")
    rows = re.findall(r"^\| `(deskbridge [a-z -]+)` \|", page, re.MULTILINE)
    assert sorted(rows) == sorted(commands(get_command(app), "deskbridge"))


def test_the_program_says_the_version_it_is_packed_as() -> None:
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == __version__


def adapters() -> list[Path]:
    """Return the folder of every channel and every staff surface."""
    wired = {path.parent for path in ours() if path.name in ("channel.py", "surface.py")}
    rooms = {folder for folder in wired if folder.parts[0] in ("channels", "agent_console")}
    return sorted(folder for folder in rooms if len(folder.parts) == 2)


@pytest.mark.parametrize("folder", adapters(), ids=str)
def test_every_channel_and_surface_tells_how_to_set_it_up_and_what_it_cannot_do(
    folder: Path,
) -> None:
    text = read(folder / "README.md")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [one for one in headings if one in CHANNEL_HEADINGS] == CHANNEL_HEADINGS
    ends = re.compile(rf"^(?:#+ |[*-]* ?\*\*)({'|'.join(LISTS)})\b", re.MULTILINE | re.IGNORECASE)
    assert [end.lower() for end in ends.findall(text)] == LISTS
