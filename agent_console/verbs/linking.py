"""Which agent an account on a staff surface is: by the YAML, by a code, by a verified address."""

import hashlib
import secrets
from collections.abc import Mapping

from agent_console.audit import By, Deed, record
from agent_console.surface import Answer, Person
from agent_console.verbs.front import Front
from agent_console.verbs.words import words_in
from bridge.models import Agent, AgentLink, StaffKind
from bridge.settings import Agent as DeclaredAgent
from bridge.store import links as q
from bridge.store.desk import AGENT_BY_ID
from bridge.store.transactions import Tx

LIFE = 15 * 60_000
# Used and expired ones are kept a while, so that a row explains a complaint.
_KEPT = 7 * 24 * 3_600_000
# No letter that is taken for another; 50 bits, for a quarter of an hour.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 10


def agent_of(
    tx: Tx, agents: Mapping[str, DeclaredAgent], kind: StaffKind, person: Person
) -> Agent | None:
    """Return whose account it is, `None` for nobody's, a program's and a hidden one's.

    The YAML goes before what was linked, and that before an address in Slack, which counts
    only for who has no member id in the YAML. A bot is nobody here; a viewer may look.
    """
    if person.is_program or person.is_hidden:
        return None
    declared = _declared(agents, kind, person.id)
    found = tx.one(AGENT_BY_ID, id=declared) if declared else None
    if declared is None:
        found = tx.one(q.LINKED, kind=kind, account=person.id)
        if found is None and kind == "slack" and (known := _by_email(agents, person.email)):
            found = tx.one(AGENT_BY_ID, id=known)
    if found is None or found.retired_at is not None or found.role == "bot":
        return None
    return found


def _declared(agents: Mapping[str, DeclaredAgent], kind: StaffKind, account: str) -> str | None:
    """Return the agent who has the account by the YAML."""
    for agent_id, agent in agents.items():
        own = agent.slack if kind == "slack" else agent.telegram
        if own is not None and str(own) == account:
            return agent_id
    return None


def _by_email(agents: Mapping[str, DeclaredAgent], email: str | None) -> str | None:
    if not email:
        return None
    return next(
        (
            agent_id
            for agent_id, agent in agents.items()
            if agent.slack is None and agent.email and agent.email.casefold() == email.casefold()
        ),
        None,
    )


def make_code(tx: Tx, agent_id: str) -> str:
    """Store a code for an agent and return it; it is good once, for a quarter of an hour."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    tx.run(q.FORGET_CODES, before=tx.now - _KEPT)
    tx.run(q.ADD_CODE, code_hash=_hash(letters), agent_id=agent_id, expires_at=tx.now + LIFE)
    return f"{letters[:5]}-{letters[5:]}"


def link(tx: Tx, front: Front, kind: StaffKind, person: Person, code: str, language: str) -> Answer:
    """Make the account that of the agent for whom the code was made: the verb `link`.

    Whoever has the code is believed; the same answer for unknown, used and expired ones.
    """
    words = words_in(language, front.locale)
    declared = _declared(front.agents, kind, person.id)
    if declared is not None:
        name = front.agents[declared].name
        return Answer(text=words("say.codeOf", name=name), refused=True)
    agent = None if person.is_program or person.is_hidden else _claimed(tx, code)
    if agent is None:
        return Answer(text=words("say.code"), refused=True)
    put_link(tx, agent.id, kind, person.id, By(agent_id=agent.id, surface=kind))
    return Answer(text=words("done.link", name=agent.name))


def _claimed(tx: Tx, code: str) -> Agent | None:
    """Use a code up; return for whom it was made, if it is still good."""
    hashed = _hash(code)
    agent_id = tx.one(q.CODE, code_hash=hashed, now=tx.now)
    agent = None if agent_id is None else tx.one(AGENT_BY_ID, id=agent_id)
    if agent is None or agent.role == "bot":
        return None
    return agent if tx.run(q.CLAIM_CODE, of=hashed, now=tx.now) else None


def put_link(tx: Tx, agent_id: str, kind: StaffKind, account: str, by: By) -> None:
    """Make an account an agent's, whosever it was before."""
    tx.run(q.PUT_LINK, agent_id=agent_id, kind=kind, account=account, linked_at=tx.now)
    told = {"kind": kind, "account": account}
    record(tx, by, Deed("account_linked", f"agent:{agent_id}", told))


def unlink(tx: Tx, agent_id: str, kind: StaffKind | None, by: By) -> list[AgentLink]:
    """Take an agent's accounts away, of one kind or all; return them. The YAML stays."""
    tx.run(q.END_CODES, of=agent_id)
    gone = [one for one in tx.all(q.LINKS_OF, agent=agent_id) if kind in (None, one.kind)]
    for one in gone:
        tx.run(q.DROP_LINK, of=one.id)
        told = {"kind": one.kind, "account": one.account}
        record(tx, by, Deed("account_unlinked", f"agent:{agent_id}", told))
    return gone


def _hash(code: str) -> str:
    """Return what is stored of a code, however it was typed."""
    letters = "".join(one for one in code.upper() if one.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()
