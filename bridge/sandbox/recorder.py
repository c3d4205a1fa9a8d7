"""Writes each payload of a wire into a folder, fit to become a fixture of a test.

A file is `<network>/<n>_<event>.json`. Secrets are replaced: they are known by the key they
stand under, or by their own text wherever it stands.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bridge.sandbox.ledger import Payload, Wire

HIDDEN = "hidden"
SECRET_KEYS = frozenset({"access_token", "auth_token", "secret", "secret_token", "key"})
_NUMBER = re.compile(r"(\d+)_.+\.json")
# An address of ours that opens a file carries its signature.
_SIGNATURE = re.compile(r"\bsig=[0-9A-Za-z_-]+")
_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]")


class Recorder:
    """The folder of one network; numbers go on from what is in it."""

    def __init__(self, folder: Path) -> None:
        """Write into `folder`, which is made; raises `OSError`."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        taken = (_NUMBER.fullmatch(one.name) for one in folder.iterdir())
        self._last = max((int(found[1]) for found in taken if found), default=0)

    def record(self, wire: Wire, secrets: Iterable[str]) -> None:
        """Write down whatever goes over `wire` from now on, without these secrets."""
        known = tuple(secrets)
        wire.listen(lambda payload: self._write(payload, known))

    def _write(self, payload: Payload, secrets: tuple[str, ...]) -> None:
        self._last += 1
        event = _NO_NAME.sub("_", payload.event)[:60] or "event"
        text = json.dumps(cleaned(payload.body, secrets), ensure_ascii=False, indent=2)
        path = self._folder / f"{self._last:04}_{event}.json"
        path.write_text(text + "\n", encoding="utf-8")


def cleaned(value: Any, secrets: tuple[str, ...]) -> Any:
    """Return the same without secrets; what is no JSON is written as its text."""
    if isinstance(value, Mapping):
        return {
            str(key): HIDDEN if key in SECRET_KEYS and inner else cleaned(inner, secrets)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [cleaned(one, secrets) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = _SIGNATURE.sub(f"sig={HIDDEN}", str(value))
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
