"""What was found, and what mends it."""

from collections.abc import Mapping
from typing import Literal

import msgspec

State = Literal["ok", "warning", "failed"]

_RESTARTED = "then run `deskbridge reload`"
_BY_REASON: Mapping[str, str] = {
    "credentials_refused": "put a token or password that is valid where `{where}` refers to, "
    f"{_RESTARTED}",
    "misconfigured": f"correct `{{where}}` in the YAML, {_RESTARTED}",
    "no_permission": "give the account this right at the network",
    "suspended": "ask the network why the account is stopped",
    "webhook_failing": "see that the address is reachable from outside, and restart the program, "
    "which sets it; docs/how-to/mend-a-channel.md says more",
    "timeout": "see whether this machine reaches the network: a firewall, or `proxy`",
    "unavailable": "see whether this machine reaches the network: a firewall, or `proxy`",
    "throttled": "wait a while, and ask again",
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at; `fix` says what to do where it is not well."""

    what: str
    state: State
    said: str
    fix: str = ""


def well(what: str, said: str) -> Finding:
    """Return that something is well."""
    return Finding(what=what, state="ok", said=said)


def fix_of(reason: str, where: str) -> str:
    """Return what to do about a code of `bridge.channel.Reason`."""
    told = _BY_REASON.get(reason, "see docs/how-to/mend-a-channel.md, and the program's log")
    return told.format(where=where)
