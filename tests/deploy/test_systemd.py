"""The units: systemd knows every word of them, and they may do little beside their work."""

import re
from pathlib import Path

import pytest

from tests.deploy.tools import DEPLOY, run, understood

UNITS = DEPLOY / "systemd"
ONE = UNITS / "deskbridge.service"
SEVERAL = {"deskbridge-web@.service": "8081", "deskbridge-worker@.service": "1"}
# systemd's own word for what is below: "OK".
MOST_EXPOSED = 1.5

every_unit = pytest.mark.parametrize(
    "unit", sorted(UNITS.glob("*.service")), ids=lambda path: path.stem
)


def instance_of(unit: Path) -> str:
    """Return the name under which it is started."""
    return unit.name.replace("@.", f"@{SEVERAL.get(unit.name, '')}.")


def lines(unit: Path, key: str) -> list[str]:
    """Return what a unit says of something."""
    return re.findall(rf"^{key}=(.*)$", unit.read_text("utf-8"), re.MULTILINE)


@every_unit
def test_systemd_takes_the_unit(unit: Path, tmp_path: Path) -> None:
    # The program is where an administrator has put it; here any that there is stands for it.
    text = re.sub(r"/opt/deskbridge/\.venv/bin/deskbridge", "/bin/true", unit.read_text("utf-8"))
    (tmp_path / unit.name).write_text(text, encoding="utf-8")
    assert run("systemd-analyze", "verify", str(tmp_path / instance_of(unit))) == ""


@every_unit
def test_the_unit_may_do_little_beside_its_work(unit: Path) -> None:
    told = run("systemd-analyze", "security", "--offline=true", "--no-pager", str(unit))
    found = re.search(r"exposure level for \S+: ([\d.]+)", told)
    assert found is not None, told
    assert float(found[1]) <= MOST_EXPOSED


@every_unit
def test_what_hangs_or_grows_is_ended_and_started_again(unit: Path) -> None:
    """The program ends itself when it hangs; what grows the system ends, and nothing beside it."""
    keys = ("Restart", "StartLimitIntervalSec", "MemoryMax", "MemorySwapMax", "OOMPolicy")
    said = {key: lines(unit, key) for key in keys}
    assert said == dict(zip(keys, (["always"], ["0"], ["2G"], ["0"], ["continue"]), strict=True))


@every_unit
def test_the_program_understands_what_the_unit_starts(unit: Path) -> None:
    started = [
        one for key in ("ExecStartPre", "ExecStart", "ExecReload") for one in lines(unit, key)
    ]
    assert len(started) == 3
    for one in started:
        program, *words = one.replace("%i", SEVERAL.get(unit.name, "")).split()
        assert program == "/opt/deskbridge/.venv/bin/deskbridge"
        understood(words)


@pytest.mark.parametrize("name", SEVERAL)
def test_units_of_several_differ_from_the_only_one_in_what_they_start_alone(name: str) -> None:
    ours, theirs = ((UNITS / name).read_text("utf-8"), ONE.read_text("utf-8"))

    def settings(text: str) -> set[str]:
        return {one for one in text.splitlines() if "=" in one and not one.startswith("#")}

    more = settings(ours) - settings(theirs)
    assert {one.partition("=")[0] for one in more} == {
        "Description",
        "After",
        "Environment",
        "ExecStart",
    }
    # A folder that ends with whoever stops first is nothing for several.
    less = settings(theirs) - settings(ours)
    assert {one.partition("=")[0] for one in less - more} - {
        "Description",
        "After",
        "ExecStart",
    } == {"RuntimeDirectory"}


def test_no_two_of_one_machine_have_one_private_listener() -> None:
    told = {name: lines(UNITS / name, "Environment") for name in SEVERAL}
    assert told == {
        "deskbridge-web@.service": ["DESKBRIDGE_SERVER__ADMIN_LISTEN=127.0.0.1:1%i"],
        "deskbridge-worker@.service": ["DESKBRIDGE_SERVER__ADMIN_LISTEN=127.0.0.1:1909%i"],
    }
