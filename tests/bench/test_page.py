"""What the benchmarks measure goes into its place on the page, with pictures for any reader."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.bench import page, plots
from tests.bench.page import Section


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "performance.md"
    monkeypatch.setattr(page, "PAGE", path)
    monkeypatch.setattr(page, "IMAGES", tmp_path)
    return path


def test_what_people_have_written_around_a_place_stays(written: Path, tmp_path: Path) -> None:
    place = "<!-- made by `make bench ARGS=growth` -->\n\nold \\1\n\n<!-- until here -->"
    written.write_text(f"before\n\n{place}\n\nafter\n", encoding="utf-8")
    page.put("growth", Section("new \\1", {"growth.svg": "<svg/>"}))
    assert written.read_text(encoding="utf-8") == (
        f"before\n\n{place.replace('old', 'new')}\n\nafter\n"
    )
    assert (tmp_path / "growth.svg").read_text(encoding="utf-8") == "<svg/>"


def test_a_part_without_a_place_is_only_printed(written: Path) -> None:
    written.write_text("## Growth\n", encoding="utf-8")
    assert not page.has_place_for("growth")


def test_a_picture_runs_no_script_and_is_legible_on_a_dark_page() -> None:
    drawn = plots.lines("Two", ["1", "2"], {"one": [1.0, 2.0]}, up="ms", along="of them")
    names = {one.tag.rpartition("}")[2] for one in ET.fromstring(drawn).iter()}  # noqa: S314
    assert "script" not in names
    assert "prefers-color-scheme: dark" in drawn
    # The same figures make the same file.
    again = plots.lines("Two", ["1", "2"], {"one": [1.0, 2.0]}, up="ms", along="of them")
    assert drawn == again


@pytest.mark.parametrize(
    ("least", "most", "logarithmic", "steps"),
    [
        (0.9, 14.0, True, [0.5, 1, 2, 5, 10, 20]),
        (1.0, 1.0, True, [1]),
        (0, 1.67, False, [0, 0.5, 1, 1.5, 2]),
        (0, 100, False, [0, 20, 40, 60, 80, 100]),
    ],
)
def test_an_axis_has_round_numbers(
    *, least: float, most: float, logarithmic: bool, steps: list[float]
) -> None:
    assert plots._steps(least, most, logarithmic=logarithmic) == steps
