"""The version after this one: it adds to the tables, and its pages ask for other files."""

import re
import shutil
from pathlib import Path

from bridge.migrations import HEAD
from bridge.web.static import HASHED
from tests.desk import ROOT

PACKAGES = ("bridge", "channels", "routing", "agent_console")
STATIC = ("agent_console/web/static", "channels/widget/static")
NEXT = f"{int(HEAD) + 1:04}"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "client", "ui")
_MIGRATION = f'''
"""What the next version adds: a column that must be filled, a table and an index."""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{HEAD}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to what the version before reads and writes."""
    for table in ("conversations", "messages", "deliveries", "events"):
        op.add_column(table, sa.Column("of_the_next", sa.Text, nullable=False, server_default="-"))
    op.create_index("ix_of_the_next", "messages", ["of_the_next", "id"])
    op.create_table("of_the_next", sa.Column("id", sa.Integer, primary_key=True))
'''


def next_version(folder: Path) -> Path:
    """Make it; return what goes before everything else on its Python's path."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=_LEFT_OUT)
    migrations = folder / "bridge" / "migrations"
    (migrations / "versions" / f"{NEXT}_of_the_next.py").write_text(_MIGRATION, encoding="utf-8")
    _change(migrations / "__init__.py", f'HEAD = "{HEAD}"', f'HEAD = "{NEXT}"')
    _change(folder / "bridge" / "__init__.py", 'version("deskbridge")', '"9.9.9"')
    for static in STATIC:
        _rename(folder / static)
    return folder


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def _rename(static: Path) -> None:
    """Give each file that lasts another name, in whatever names it, as a change of it would."""
    lasting = [one for one in static.rglob("*") if HASHED.search(one.name)]
    names = {one.name: _other(one.name) for one in lasting}
    named = re.compile("|".join(map(re.escape, names)))
    for path in (one for one in static.rglob("*") if one.suffix in (".js", ".css", ".html")):
        text = path.read_text(encoding="utf-8")
        path.write_text(named.sub(lambda found: names[found[0]], text), encoding="utf-8")
    for path in lasting:
        path.rename(path.with_name(names[path.name]))


def _other(name: str) -> str:
    """Return a name with another hash."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem[:-8]}{stem[-8:].swapcase()[::-1]}.{suffix}"
