"""From a file to settings, or to every error in it at once."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import NamedTuple

from pydantic import ValidationError

from bridge.settings.base import Kinds, Surroundings
from bridge.settings.checks import cross_findings
from bridge.settings.environment import apply_overrides, read_environment
from bridge.settings.excerpt import excerpt
from bridge.settings.finding import Finding
from bridge.settings.interpolate import Outside
from bridge.settings.models import Settings
from bridge.settings.origin import Origin
from bridge.settings.problems import ConfigError, Problem
from bridge.settings.reading import read_at_most
from bridge.settings.shape import Shapes
from bridge.settings.source import MAX_BYTES, Document, Mark, Path, Place, Value, parse
from bridge.settings.translate import findings_of
from bridge.settings.values import LOCALES
from bridge.settings.veil import veil, veil_key

Revise = Callable[[dict[str, Value]], None]
Review = Callable[[Settings], Iterable[Finding]]


def load(
    path: FilePath,
    *,
    kinds: Kinds,
    environ: Mapping[str, str] | None = None,
    revise: Revise | None = None,
) -> Settings:
    """Return the settings of a file alone; see `examine`."""
    return examine(path, kinds=kinds, environ=environ, revise=revise).settings


class Examined(NamedTuple):
    """The settings of a file, and what it does not mean to say, perhaps."""

    settings: Settings
    warnings: list[Problem]


def examine(
    path: FilePath,
    *,
    kinds: Kinds,
    environ: Mapping[str, str] | None = None,
    revise: Revise | None = None,
    review: Review | None = None,
) -> Examined:
    """Read the configuration at `path`, with `.env` beside it and the environment.

    `kinds` are the kinds of inbox and surface there are; `environ` stands for the
    process's environment. Defaults give way to the file, the file to the environment, and
    both to `revise`, which may change the data before references are followed and anything
    is checked. `review` looks at what is valid, and may find errors and warnings in it.
    Raises `ConfigError` with every problem, and nothing else.
    """
    document = parse(_read(path))
    outside = _outside(path, os.environ if environ is None else environ)
    findings = [Finding(f.code, f.path, f.message, mark=f.mark) for f in document.flaws]
    findings += outside.findings
    if not document.parsed:
        raise ConfigError(_problems(findings, _View(str(path), document, None)))
    data = _data(document, outside.reach, kinds, findings, revise)
    shapes = Shapes(Settings, kinds, data)
    settings = _validated(data, shapes, findings)
    if settings is not None and not findings and review is not None:
        findings += review(settings)
    problems = _problems(findings, _View(str(path), document, shapes))
    if settings is None or any(one.severity == "error" for one in problems):
        raise ConfigError(problems)
    settings.came_from(Origin(str(path), _places(document, str(path)), problems))
    return Examined(settings, problems)


def _read(path: FilePath) -> str:
    mark = None
    try:
        content = read_at_most(path, MAX_BYTES + 1)
        if len(content) <= MAX_BYTES:
            return content.decode("utf-8-sig")
        why = "it is larger than 2 MB"
    except OSError as error:
        why = error.strerror or "the system refuses"
    except UnicodeDecodeError as error:
        why, mark = "it is not UTF-8 text from here on", _end_of(error.object[: error.start])
    except ValueError:
        why = "no file has such a name"
    problem = Problem(
        code="file_unreadable",
        path="",
        message=f"cannot read the file: {why}",
        source=str(path),
        line=mark.line if mark else None,
        column=mark.column if mark else None,
    )
    raise ConfigError([problem])


def _end_of(content: bytes) -> Mark:
    """Return the place behind a text that is good so far."""
    document = Document(content.decode("utf-8-sig"))
    return document.mark(len(document.text))


@dataclass(frozen=True, slots=True)
class _Outside:
    reach: Outside
    findings: list[Finding]


def _outside(path: FilePath, environ: Mapping[str, str]) -> _Outside:
    environment = read_environment(path.parent / ".env", environ)
    return _Outside(Outside(environment.values, path.parent), environment.findings)


def _data(
    document: Document,
    reach: Outside,
    kinds: Kinds,
    findings: list[Finding],
    revise: Revise | None,
) -> Value:
    """Return the file's data with overrides and references put in.

    Overrides come first, so that a reference they replace need not lead anywhere.
    """
    data = {} if document.data is None else document.data
    if isinstance(data, dict):
        findings += apply_overrides(data, document.places, reach)
        if data.get("staff") is None:
            data["staff"] = _usual_staff(kinds)
        if revise is not None:
            revise(data)
    resolved = reach.resolve(data)
    findings += [
        Finding(miss.code, path, miss.message, miss.help, miss.token, nearest=miss.nearest)
        for path, miss in reach.misses
    ]
    return resolved


def _usual_staff(kinds: Kinds) -> dict[str, Value]:
    """Return the surfaces that are there although the file does not speak of staff."""
    surfaces = kinds.surfaces.items()
    return {cls.default_id: {"type": kind} for kind, cls in surfaces if cls.default_id}


def _validated(data: Value, shapes: Shapes, findings: list[Finding]) -> Settings | None:
    """Validate, adding to `findings` what the earlier ones do not explain already."""
    spoilt = {found.path for found in findings if found.path and found.code != "duplicate_key"}
    surroundings = Surroundings(shapes.kinds, _locales(data))
    settings = None
    new: list[Finding] = []
    try:
        settings = Settings.model_validate(data, context=surroundings)
    except ValidationError as error:
        new += findings_of(error, shapes)
    new += cross_findings(data, shapes.kinds)
    findings += [found for found in new if not _explained(found.path, spoilt)]
    return settings


def _explained(path: Path, spoilt: set[Path]) -> bool:
    return any(path[:length] in spoilt for length in range(1, len(path) + 1))


def _locales(data: Value) -> tuple[str, ...]:
    """Return the languages that are available as far as can be told before validating."""
    section = data.get("locale") if isinstance(data, dict) else None
    given = section.get("available") if isinstance(section, dict) else None
    if isinstance(given, str):
        given = [part.strip() for part in given.split(",")]
    if not isinstance(given, list):
        return LOCALES
    return tuple(locale for locale in LOCALES if locale in given) or LOCALES


# --- Where it stands, and how it is shown --------------------------------------------


@dataclass(frozen=True, slots=True)
class _View:
    """The file as it is shown in problems; without shapes it could not be parsed."""

    name: str
    document: Document
    shapes: Shapes | None


def _problems(findings: Iterable[Finding], view: _View) -> list[Problem]:
    problems = [_problem(finding, view) for finding in findings]
    unique = {(p.source, p.line, p.column, p.code, p.path): p for p in problems}
    return sorted(
        unique.values(), key=lambda p: (p.source != view.name, p.line or 0, p.column or 0)
    )


def _problem(finding: Finding, view: _View) -> Problem:
    source, mark = _where(finding, view)
    shown = excerpt(view.document, mark, view.shapes) if mark and source == view.name else None
    return Problem(
        code=finding.code,
        path=_dotted(finding.path),
        message=veil(finding.message),
        source=source,
        line=mark.line if mark else None,
        column=mark.column if mark else None,
        excerpt=shown.text if shown else None,
        caret=shown.caret if shown else 0,
        width=shown.width if shown else 1,
        nearest=finding.nearest,
        help=veil(finding.help),
        severity="warning" if finding.is_warning else "error",
    )


def _dotted(path: Path) -> str:
    return ".".join(veil_key(str(segment)) for segment in path)


def _where(finding: Finding, view: _View) -> tuple[str, Mark | None]:
    if finding.source or finding.mark:
        return finding.source or view.name, finding.mark
    place, exact = _nearest_place(finding.path, view.document)
    if place.variable:
        return place.variable, None
    if finding.on_key or not exact:
        return view.name, place.key or _first(place.value)
    return view.name, _narrowed(finding.token, place.value, view.document) or Mark(1, 1)


def _places(document: Document, name: str) -> dict[str, str]:
    """Return where each key stands, by its dotted name."""
    found = {}
    for path, place in document.places.items():
        mark = place.key or place.value
        where = place.variable or (f"{name}:{mark.line}" if mark else None)
        if path and where:
            found[".".join(map(str, path))] = where
    return found


def _nearest_place(path: Path, document: Document) -> tuple[Place, bool]:
    """Return the place of `path`, or of what is nearest above it, and whether it is exact."""
    for length in range(len(path), -1, -1):
        place = document.places.get(path[:length])
        if place is not None:
            return place, length == len(path)
    return Place(value=Mark(1, 1)), False


def _first(mark: Mark | None) -> Mark:
    return Mark(mark.line, mark.column) if mark else Mark(1, 1)


def _narrowed(token: str, mark: Mark | None, document: Document) -> Mark | None:
    """Return the place of `token` within the value, where it stands on its first line."""
    if mark is None or not token:
        return mark
    line = document.lines[mark.line - 1]
    at = line.find(token, mark.column - 1)
    return Mark(mark.line, at + 1, len(token)) if at >= 0 else mark
