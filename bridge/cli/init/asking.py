"""Asking for what the first configuration says, by prompts, options and the environment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import Field, TypeAdapter, ValidationError

from bridge.cli.init.kinds import CHANNELS, PRESETS, SURFACES, Kind, Preset, Want
from bridge.cli.init.knocking import Door, Knocker
from bridge.settings import LOCALES, Id, Resolved
from bridge.settings.addresses import PublicUrl
from bridge.settings.values import Email, Locale, Timezone
from channels.widget.settings import Origin

Check = Callable[[str], str]
_Name = Annotated[str, Field(min_length=1, max_length=80)]


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line has said already; None is asked for."""

    preset: Preset | None = None
    company: str | None = None
    origin: str | None = None
    public_url: str | None = None
    owner: str | None = None
    owner_name: str | None = None
    email: str | None = None
    language: str | None = None
    timezone: str | None = None
    compose: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known in the end; `wanted` has every variable's value, empty if not known yet."""

    company: str
    origin: str
    public_url: str
    channels: tuple[str, ...]
    surfaces: tuple[str, ...]
    wanted: Mapping[str, str]
    owner: str
    owner_name: str
    email: str
    language: str
    timezone: str
    compose: bool
    """Whether a compose file is to be written as well."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Return the kinds that were chosen, in their order."""
        return (
            *(CHANNELS[one] for one in self.channels),
            *(SURFACES[one] for one in self.surfaces),
        )

    @property
    def wants(self) -> tuple[Want, ...]:
        """Return everything that those kinds want."""
        return tuple(want for kind in self.kinds for want in kind.wants)


class Asker:
    """Asks at the terminal, or takes every default when it is to be silent."""

    def __init__(self, *, silent: bool, knocker: Knocker) -> None:
        """Ask nothing yet; `knocker` shows tokens to their platforms."""
        self._silent = silent
        self._knocker = knocker

    def ask(self, question: str, given: str | None, default: str, check: Check) -> str:
        """Return what was given, or the answer; a wrong one is asked for again."""
        if given is not None or self._silent:
            return _taken(check, default if given is None else given, question)
        shown = bool(default)
        answer: str = typer.prompt(question, default=default, show_default=shown, value_proc=check)
        return answer

    def confirm(self, question: str, *, given: bool) -> bool:
        """Return whether it is wished; without anybody to ask, what was given."""
        if given or self._silent:
            return given
        return typer.confirm(question, default=False)

    def want(self, want: Want, key: str, environ: Mapping[str, str]) -> str:
        """Return what the kind at `key` wants, or nothing where it is not known yet."""
        check = _or_nothing(_fits_want(want))
        known = environ.get(want.variable, "")
        if known and not self._silent:
            typer.echo(f"{want.question}: {want.variable} is known already")
        if known or self._silent:
            value = _taken(check, known, want.variable)
            if why := self._refusal(want, key, value):
                typer.echo(f"  {want.variable} is refused: {why}")
            return value
        while True:
            answer = typer.prompt(
                f"{want.question} (Enter: later)",
                default="",
                show_default=False,
                hide_input=want.secret,
            )
            try:
                value = check(answer)
            except typer.BadParameter as error:
                # The prompt itself says of what it hides only that it does not fit.
                typer.echo(f"Error: {error.message}")
                continue
            if not (why := self._refusal(want, key, value)):
                return value
            typer.echo(f"Error: {why}")

    def _refusal(self, want: Want, key: str, value: str) -> str | None:
        if want.proof is None or not value:
            return None
        base = want.settings.model_fields["api_base"].default
        return self._knocker.refusal(Door(want.proof, key, str(base)), value)


def ask_all(asker: Asker, given: Given, environ: Mapping[str, str]) -> Answers:
    """Ask for everything; raises `typer.BadParameter` for an option that does not fit."""
    company = asker.ask("Your company's name", given.company, "Support", _fits(_Name))
    channels, surfaces = _chosen(asker, given)
    origin = ""
    if "widget" in channels:
        origin = asker.ask(
            "Your site, as https://example.com (Enter: later)",
            given.origin,
            "",
            _or_nothing(_fits(Origin)),
        )
    public_url = asker.ask(
        "The address of this server on the internet, as https://support.example.com (Enter: none)",
        given.public_url,
        "",
        _or_nothing(_fits(PublicUrl)),
    )
    wants = {
        one.variable: (one, f"{section}.{kind.id}")
        for section, kinds in _by_section(channels, surfaces)
        for kind in kinds
        for one in kind.wants
    }
    wanted = {name: asker.want(one, key, environ) for name, (one, key) in wants.items()}
    owner = asker.ask("Your id, to sign in with", given.owner, "owner", _fits(Id))
    return Answers(
        company=company,
        origin=origin,
        public_url=public_url.rstrip("/"),
        channels=channels,
        surfaces=surfaces,
        wanted=wanted,
        owner=owner,
        owner_name=asker.ask(
            "Your name, as customers see it", given.owner_name, owner.capitalize(), _fits(_Name)
        ),
        email=asker.ask("Your email (Enter: none)", given.email, "", _or_nothing(_fits(Email))),
        language=asker.ask(
            f"Your language: {', '.join(LOCALES)}", given.language, "en", _fits(Locale)
        ),
        timezone=asker.ask("Your time zone", given.timezone, _here(), _fits(Timezone)),
        compose=asker.confirm("Write a compose file for containers as well?", given=given.compose),
    )


def _by_section(
    channels: Sequence[str], surfaces: Sequence[str]
) -> Sequence[tuple[str, Sequence[Kind]]]:
    return [
        ("channels", [CHANNELS[one] for one in channels]),
        ("staff", [SURFACES[one] for one in surfaces]),
    ]


def _chosen(asker: Asker, given: Given) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if given.preset is not None:
        return PRESETS[given.preset]
    channels = asker.ask(
        f"Where customers write: {', '.join(CHANNELS)}", None, "widget", _some_of(CHANNELS)
    )
    known = {name: kind for name, kind in SURFACES.items() if name != "email"}
    if "email" in channels.split():
        known = dict(SURFACES)
    surfaces = asker.ask(
        f"Where agents answer, beside the console: {', '.join(known)} (Enter: nowhere)",
        None,
        "",
        _or_nothing(_some_of(known)),
    )
    return tuple(channels.split()), tuple(surfaces.split())


def _some_of(known: Mapping[str, Kind]) -> Check:
    def check(text: str) -> str:
        words = dict.fromkeys(text.replace(",", " ").split())
        unknown = [one for one in words if one not in known]
        if unknown or not words:
            raise typer.BadParameter(f"one or several of: {', '.join(known)}")
        return " ".join(words)

    return check


def _fits(kind: Any) -> Check:
    return _checked(TypeAdapter(kind), lambda text: text)


def _fits_want(want: Want) -> Check:
    field = want.settings.model_fields[want.field]
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, field])
    return _checked(adapter, lambda text: want.inside(Resolved(text, reference=True)))


def _checked(adapter: TypeAdapter[Any], inside: Callable[[str], object]) -> Check:
    def check(text: str) -> str:
        text = text.strip()
        try:
            adapter.validate_python(inside(text))
        except ValidationError as error:
            raise typer.BadParameter(error.errors()[0]["msg"]) from None
        return text

    return check


def _taken(check: Check, text: str, name: str) -> str:
    """Return what nobody is there to ask again about; raises `typer.BadParameter`."""
    try:
        return check(text)
    except typer.BadParameter as error:
        raise typer.BadParameter(error.message, param_hint=name) from None


def _or_nothing(check: Check) -> Check:
    return lambda text: check(text) if text.strip() else ""


def _here() -> str:
    """Return the machine's time zone, as systems with systemd name it, or UTC."""
    _, found, name = str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")
    try:
        return _fits(Timezone)(name) if found else "UTC"
    except typer.BadParameter:
        return "UTC"
