"""The text of a first configuration and of the `.env` beside it, and putting both down."""

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import indent

from bridge.cli.init.asking import Answers
from bridge.cli.init.kinds import CHANNELS, SURFACES, Kind, Want

_PLAIN = re.compile(r"[^\W\d_][\w.@/-]*")
_ENV_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=")
URL_WANTED = "the https address that Viber calls"


def yaml_of(answers: Answers, folder: Path) -> str:
    """Return the YAML; its data goes into `folder`, which is absolute."""
    parts = [_HEAD, _server(answers), _storage(folder)]
    parts.append(f"locale: {{default: {answers.language}, timezone: {answers.timezone}}}\n")
    parts.append("agents: # who answers; the key is what they sign in with\n" + _owner(answers))
    parts.append("channels: # where customers write\n" + _entries(CHANNELS, answers))
    parts.append(
        "staff: # where agents work\n  console: {type: web}\n" + _entries(SURFACES, answers)
    )
    return "\n".join(parts)


_HEAD = """\
# Check it with `deskbridge check`; see what it comes to with `deskbridge config show`.
# Passwords and tokens stand in .env beside this file, and here only as ${NAME}.
version: 1
"""


def _server(answers: Answers) -> str:
    lines = ["server:", "  listen: 127.0.0.1:8080"]
    if answers.public_url:
        lines.append(f"  public_url: {text(answers.public_url)}")
    elif "viber" in answers.channels:
        lines.append(f'  public_url: "${{DESKBRIDGE_PUBLIC_URL:?{URL_WANTED}}}"')
    if answers.public_url.startswith("https:"):
        lines.append('  trusted_proxies: [127.0.0.1, "::1"] # the proxy on this machine')
    return "\n".join(lines) + "\n"


def _storage(folder: Path) -> str:
    database, media = folder / "var" / "deskbridge.db", folder / "var" / "media"
    return (
        f"storage:\n  database: {text(f'sqlite:///{database}')}\n  media: {{dir: {text(media)}}}\n"
    )


def _owner(answers: Answers) -> str:
    email = f", email: {text(answers.email)}" if answers.email else ""
    return (
        f"  {text(answers.owner)}: {{name: {text(answers.owner_name)}{email}, role: owner, "
        f"languages: [{answers.language}]}}\n"
    )


def _entries(kinds: Mapping[str, Kind], answers: Answers) -> str:
    chosen = answers.channels if kinds is CHANNELS else answers.surfaces
    return "".join(_entry(kinds[one], answers) for one in chosen)


def _entry(kind: Kind, answers: Answers) -> str:
    values = {want.variable: _value(want, answers) for want in kind.wants}
    origins = json.dumps([answers.origin] if answers.origin else [], ensure_ascii=False)
    filled = kind.yaml.format(company=text(answers.company), origins=origins, **values)
    return f"  {kind.id}:\n{indent(filled, '    ')}\n"


def _value(want: Want, answers: Answers) -> str:
    known = answers.wanted[want.variable]
    if not known:
        return json.dumps(f"${{{want.variable}:?{want.where}}}", ensure_ascii=False)
    if want.secret:
        return f'"${{{want.variable}}}"'
    return known if want.number else text(known)


def text(value: object) -> str:
    """Return a YAML text that is itself: no reference, no other type."""
    written = str(value)
    if _PLAIN.fullmatch(written) and written.lower() not in ("true", "false", "null"):
        return written
    return json.dumps(written.replace("$", "$$"), ensure_ascii=False)


def env_of(answers: Answers, before: str) -> str:
    """Return the text of `.env`: what was in it already stays, but for what is known anew."""
    known = [(one.variable, answers.wanted[one.variable]) for one in answers.wants if one.secret]
    secrets = {name: value for name, value in known if value}
    lines = [one for one in before.splitlines() if _name(one) not in secrets]
    lines += [f"{name}={_quoted(value)}" for name, value in secrets.items()]
    return "".join(f"{line}\n" for line in lines)


def compose_of(folder: Path) -> str:
    """Return a compose file that runs what is in `folder`, as whoever can read its `.env`."""
    run = json.dumps(["run", "--config", str(folder / "deskbridge.yaml")], ensure_ascii=False)
    mount = {"type": "bind", "source": str(folder), "target": str(folder)}
    user = f"{os.getuid()}:{os.getgid()}"
    return _COMPOSE.format(
        run=run.replace("$", "$$"),
        mount=json.dumps(mount, ensure_ascii=False).replace("$", "$$"),
        user=json.dumps(user),
    )


_COMPOSE = """\
# docker compose up -d
# No secret stands here: the program reads the .env beside it, as compose does.
services:
  deskbridge:
    image: "${{DESKBRIDGE_IMAGE:?the image of Deskbridge that you have built}}"
    entrypoint: [deskbridge]
    command: {run}
    user: {user} # whoever .env belongs to
    # It listens where deskbridge.yaml says, for the proxy on this machine alone.
    network_mode: host
    volumes:
      # At the same place inside, so that every command does the same inside and outside.
      - {mount}
    restart: unless-stopped
    init: true
    stop_grace_period: 20s
"""


def _name(line: str) -> str | None:
    found = _ENV_LINE.match(line.strip())
    return found[1] if found else None


def _quoted(value: str) -> str:
    """Return a value as `.env` reads it back."""
    if re.fullmatch(r"[\w:.@/+=-]+", value):
        return value
    if "'" not in value and "\n" not in value:
        return f"'{value}'"
    # Compose reads the file too, and would look for a variable behind a dollar.
    escaped = re.sub(r'([\\"$])', r"\\\1", value).replace("\n", "\\n")
    return f'"{escaped}"'


def put(path: Path, content: str, mode: int) -> None:
    """Write a file whole or not at all, readable as `mode` says; raises `OSError`."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def missing(answers: Answers, environ: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """Return what is still to be put into `.env`, and where to get it."""
    wanted = [(one.variable, one.where) for one in answers.wants]
    if "viber" in answers.channels and not answers.public_url:
        wanted.append(("DESKBRIDGE_PUBLIC_URL", URL_WANTED))
    held = {**answers.wanted, "DESKBRIDGE_PUBLIC_URL": environ.get("DESKBRIDGE_PUBLIC_URL", "")}
    return [(name, where) for name, where in dict(wanted).items() if not held[name]]
