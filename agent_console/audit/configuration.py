"""What of the configuration is another than at the last start, told by the keys' names alone."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from pydantic import BaseModel

from agent_console.audit import By, Deed, record
from bridge.models import Agent
from bridge.settings import Secret, Settings
from bridge.store import desk, log
from bridge.store.transactions import Tx

# More names in one row would be read by nobody.
MOST_NAMES = 100
_KEPT = "configuration"
_PROGRAM = By()


def started(tx: Tx, settings: Settings, secret: bytes) -> None:
    """Write down with what configuration the program starts; to be called before `declare`.

    What is kept of each value to compare it by cannot be turned back without `secret`.
    """
    now = fingerprints(settings, secret)
    before = msgspec.json.decode(tx.one(log.GET_META, key=_KEPT) or "{}", type=dict[str, str])
    changed = sorted(key for key in now.keys() | before.keys() if now.get(key) != before.get(key))
    told = {"changed": changed[:MOST_NAMES], "count": len(changed)} if before else {}
    record(tx, _PROGRAM, Deed("configured", None, {"hash": digest(now)} | told))
    tx.run(log.PUT_META, key=_KEPT, value=msgspec.json.encode(now).decode())
    if before:
        _rights_changed(tx, settings)


def fingerprints(settings: Settings, secret: bytes) -> dict[str, str]:
    """Return something short of each key's value, by its dotted name; no value is in it. Pure."""
    return {
        name: hmac.digest(secret, f"{name}={text}".encode(), hashlib.sha256).hex()[:16]
        for name, text in _leaves(settings, "")
    }


def digest(fingerprints: Mapping[str, str]) -> str:
    """Return the hash of the whole configuration. Pure."""
    every = "\n".join(f"{name} {one}" for name, one in sorted(fingerprints.items()))
    return hashlib.sha256(every.encode()).hexdigest()[:16]


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    inner: Mapping[Any, Any] = {}
    if isinstance(value, BaseModel):
        inner = {one: getattr(value, one) for one in type(value).model_fields}
    elif isinstance(value, dict):
        inner = value
    if inner:
        for key, one in inner.items():
            yield from _leaves(one, f"{name}.{key}" if name else str(key))
    else:
        yield name, value.reveal() if isinstance(value, Secret) else repr(value)


def _rights_changed(tx: Tx, settings: Settings) -> None:
    """Write down who came, who went, and whose role is another."""
    known: dict[str, Agent] = {one.id: one for one in tx.all(desk.AGENTS)}
    here = {key for key, one in known.items() if one.retired_at is None}
    for agent_id in sorted(here - settings.agents.keys()):
        record(tx, _PROGRAM, Deed("agent_retired", f"agent:{agent_id}"))
    for agent_id, agent in settings.agents.items():
        subject = f"agent:{agent_id}"
        if agent_id not in here:
            record(tx, _PROGRAM, Deed("agent_added", subject, {"role": agent.role}))
        elif known[agent_id].role != agent.role:
            roles = {"from": known[agent_id].role, "role": agent.role}
            record(tx, _PROGRAM, Deed("agent_role", subject, roles))
