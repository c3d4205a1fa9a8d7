"""What is written about the configuration stays true."""

import ast
import re
import sys
from pathlib import Path

import pytest

from bridge.settings import ConfigError
from bridge.settings.codes import CODES
from scripts import config_errors
from tests.bridge.settings.files import LONG, Desk

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = [
    (f"{page.relative_to(ROOT)}, block {number}", block)
    for page in PAGES
    for number, block in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")))
]
SOURCES = "".join(
    path.read_text(encoding="utf-8")
    for room in ("bridge/settings", "channels", "routing", "agent_console")
    for path in (ROOT / room).rglob("*.py")
)


def test_the_page_of_errors_is_what_the_loader_says() -> None:
    assert config_errors.PAGE.read_text(encoding="utf-8") == config_errors.page(), (
        "run: make schema"
    )


def test_every_block_of_yaml_in_the_documents_is_taken(desk: Desk) -> None:
    """A block may leave out `version`, and its references are filled with something fitting."""
    assert BLOCKS
    (desk.folder / "secret").write_text(LONG)
    for place, block in BLOCKS:
        text = block if re.search(r"^version:", block, re.MULTILINE) else f"version: 1\n{block}"
        names = re.findall(r"\$\{([A-Z_]+)", text)
        environ = {name: _value_of(name) for name in names}
        try:
            desk.load(re.sub(r"\$\{file:[^}]*\}", "${file:secret}", text), environ)
        except ConfigError as error:
            pytest.fail(f"{place}:\n{error}")


def _value_of(name: str) -> str:
    if name.endswith("HOOK_SECRET"):
        return f"whsec_{32 * 'A'}"
    if name.startswith("TELEGRAM"):
        return f"7000000002:{35 * 'A'}"
    return "https://support.example.com" if "URL" in name else LONG


@pytest.mark.parametrize("code", CODES)
def test_every_code_can_happen(code: str) -> None:
    assert SOURCES.count(f'"{code}"') > 1


def test_every_code_that_is_given_is_explained() -> None:
    given = set(re.findall(r"(?:fault|Finding|Miss|Flaw)\(\s*\"([a-z_]+)\"", SOURCES))
    assert len(given) > 20
    assert given <= set(CODES)


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_the_room_of_settings_stands_on_the_standard_library_pydantic_and_ruamel() -> None:
    files = list((ROOT / "bridge/settings").glob("*.py"))
    modules = {module for path in files for module in imported(path)}
    ours = {module for module in modules if module.startswith("bridge.settings")}
    rooms = {module.split(".")[0] for module in modules - ours}
    assert len(files) > 20
    assert rooms - sys.stdlib_module_names == {"pydantic", "pydantic_core", "ruamel"}
