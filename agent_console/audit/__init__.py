"""The audit trail: who did what to what, when, and from where (docs/how-to/see-who-did-what.md).

A row is written in the transaction of the act itself, so there is no act without its row and
no row without its act. What customers said is never in it, nor any secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from bridge.store import chain
from bridge.store.transactions import Tx

Action = Literal[
    "sign_in",
    "sign_in_failed",
    "sign_out",
    "sessions_ended",
    "password_set",
    "second_factor_on",
    "second_factor_off",
    "second_factor_reset",
    "recovery_codes_made",
    "link_made",
    "token_added",
    "token_revoked",
    "code_made",
    "account_linked",
    "account_unlinked",
    "configured",
    "agent_added",
    "agent_role",
    "agent_retired",
    "block",
    "unblock",
    "message_deleted",
    "conversation_deleted",
    "conversation_restored",
    "conversation_purged",
    "people_joined",
    "people_parted",
    "contact_edited",
    "profile_edited",
    "exported",
    "person_exported",
    "person_erased",
    "retention",
    "dead_retried",
    "dead_dropped",
]
Surface = Literal["console", "token", "command", "program", "slack", "telegram"]
"""Where from: a browser, a script with an API token, the command line, the program itself, or
where staff have their threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who acts; `agent_id` is null for the program, and for who could not say who they are."""

    agent_id: str | None = None
    surface: Surface = "program"
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done; `subject` is "<kind>:<id>". Nothing in `detail` is a customer's word."""

    action: Action
    subject: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


def record(tx: Tx, by: By, deed: Deed) -> None:
    """Write an act down, in the transaction that carries it out, as the last of the chain."""
    act: chain.Act = {
        "at": tx.now,
        "agent_id": by.agent_id,
        "action": deed.action,
        "subject": deed.subject,
        "surface": by.surface,
        "address": by.address,
        "detail": msgspec.json.encode(deed.detail).decode(),
    }
    chain.append(tx, act)
