"""The unit: systemd knows every word of it, and it may do little beside its work."""

import re
from pathlib import Path

from tests.deploy.tools import DEPLOY, run

UNIT = DEPLOY / "systemd" / "deskbridge.service"
# systemd's own word for what is below: "OK".
MOST_EXPOSED = 1.5


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    # The program is where an administrator has put it; here any that there is stands for it.
    text = re.sub(r"/opt/deskbridge/\.venv/bin/deskbridge", "/bin/true", UNIT.read_text("utf-8"))
    (tried := tmp_path / UNIT.name).write_text(text, encoding="utf-8")
    assert run("systemd-analyze", "verify", str(tried)) == ""


def test_the_unit_may_do_little_beside_its_work() -> None:
    told = run("systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT))
    found = re.search(r"exposure level for \S+: ([\d.]+)", told)
    assert found is not None, told
    assert float(found[1]) <= MOST_EXPOSED
