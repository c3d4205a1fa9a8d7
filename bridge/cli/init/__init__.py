"""The command that writes a first configuration by asking."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.config import DEFAULT_PATH, check
from bridge.cli.database import fail
from bridge.cli.init.asking import Answers, Asker, Given, ask_all
from bridge.cli.init.kinds import MANIFEST, Preset
from bridge.cli.init.knocking import Knocker
from bridge.cli.init.writing import compose_of, env_of, missing, put, yaml_of
from bridge.settings import LOCALES
from bridge.settings.environment import read_environment

COMPOSE = "compose.yaml"


def init(  # noqa: PLR0913  # Each is an option.
    folder: Annotated[
        Path,
        typer.Argument(metavar="[DIRECTORY]", help="Where deskbridge.yaml and .env are written."),
    ] = DEFAULT_PATH.parent,
    *,
    preset: Annotated[
        Preset | None, typer.Option("--preset", help="Do not ask which channels and surfaces.")
    ] = None,
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            "-y",
            help="Ask nothing: options, the environment's tokens, and defaults are taken.",
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a configuration that is there.")
    ] = False,
    company: Annotated[
        str | None, typer.Option("--company", help="What customers see above the talk.")
    ] = None,
    origin: Annotated[
        str | None, typer.Option("--origin", help="Your site, as https://example.com.")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option("--public-url", help="This server's address on the internet.")
    ] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="The owner's id.")] = None,
    owner_name: Annotated[
        str | None, typer.Option("--owner-name", help="The owner's name, as customers see it.")
    ] = None,
    email: Annotated[str | None, typer.Option("--email", help="The owner's address.")] = None,
    language: Annotated[
        str | None, typer.Option("--language", help=f"One of {', '.join(LOCALES)}.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", help="As Europe/Kyiv; else this machine's.")
    ] = None,
    compose: Annotated[
        bool, typer.Option("--compose", help="Write a compose file for containers as well.")
    ] = False,
    slack_manifest: Annotated[
        bool,
        typer.Option("--slack-manifest", help="Only print the manifest of the Slack app."),
    ] = False,
) -> None:
    """Write a first configuration by asking. Then say what is to be done outside."""
    if slack_manifest:
        print(MANIFEST.read_text(encoding="utf-8"), end="")
        return
    folder = folder.absolute()
    if not force:
        _refuse_what_is_there(folder, compose=compose)
    if yes and preset is None:
        preset = Preset.WIDGET
    given = Given(
        preset=preset,
        company=company,
        origin=origin,
        public_url=public_url,
        owner=owner,
        owner_name=owner_name,
        email=email,
        language=language,
        timezone=timezone,
        compose=compose,
    )
    known = read_environment(folder / ".env", os.environ).values
    answers = ask_all(Asker(silent=yes, knocker=Knocker(known)), given, known)
    left = missing(answers, known)
    if not force:
        # Answering takes minutes, in which a colleague may have done the same.
        _refuse_what_is_there(folder, compose=answers.compose)
    config = _write(folder, answers)
    print("\n".join([*_steps(answers), "", "The check:"]), flush=True)
    try:
        check(config)
    finally:
        print("\n".join([*_missing(left, folder), *_next(config, answers.owner, left)]))


def _refuse_what_is_there(folder: Path, *, compose: bool) -> None:
    for name in ("deskbridge.yaml", ".env", *([COMPOSE] if compose else [])):
        if (folder / name).exists():
            fail(f"{folder / name} is there already: name another directory, or --force")


def _write(folder: Path, answers: Answers) -> Path:
    config, env = folder / "deskbridge.yaml", folder / ".env"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = env.read_text(encoding="utf-8") if env.exists() else ""
        put(env, env_of(answers, before), 0o600)
        put(config, yaml_of(answers, folder), 0o644)
        if answers.compose:
            put(folder / COMPOSE, compose_of(folder), 0o644)
    except (OSError, UnicodeError) as error:
        fail(f"cannot write into {folder}: {error}")
    print(f"Wrote {config}")
    print(f"  and {env}, which only you can read: tokens and passwords stand there.")
    if answers.compose:
        print(f"  and {folder / COMPOSE}, which has none of them.")
    return config


def _steps(answers: Answers) -> list[str]:
    url = answers.public_url or "http://127.0.0.1:8080"
    lines = []
    for kind in answers.kinds:
        lines += ["", f"{kind.title}:"]
        numbered = len(kind.steps) > 1
        for number, step in enumerate(kind.steps, start=1):
            said = step.replace("{url}", url)
            lines.append(f"  {number}. {said}" if numbered else f"  {said}")
    if "widget" in answers.channels and not answers.origin:
        lines += ["", "No site may show the widget yet: name yours in channels.site.origins."]
    return lines


def _missing(left: Sequence[tuple[str, str]], folder: Path) -> list[str]:
    rows = [f"  {name}=...   {where}" for name, where in left]
    return ["", f"Still to be put into {folder / '.env'}:", *rows] if left else []


def _next(config: Path, owner: str, left: Sequence[tuple[str, str]]) -> list[str]:
    named = "" if config == DEFAULT_PATH.absolute() else f" --config {shlex.quote(str(config))}"
    then = [
        ("check", "until nothing is missing"),
        ("doctor", "asks every network whether it is well"),
        ("run", "starts the program"),
        (f"agent password {owner}", "prints a link with which you set your password"),
    ]
    if not left:
        then = then[1:]
    return ["", "Next:", *(f"  deskbridge {word}{named}   # {why}" for word, why in then)]
