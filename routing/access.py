"""Who may do what: one table. Pure."""

from collections.abc import Collection
from typing import Literal

from bridge.models import Role
from routing.policy import Policy

Verb = Literal[
    "reply",
    "note",
    "take",
    "release",
    "assign",
    "close",
    "reopen",
    "join",
    "leave",
    "add_participant",
    "edit_contact",
    "set_topics",
    "set_status",
    "tag",
    "retry",
    "edit_message",
    "delete_message",
    "delete_any_message",
    "block",
    "unblock",
    "delete",
    "restore",
    "purge",
    "ticket",
    "snooze",
]
# What makes an agent answer a customer, and so what somebody offline is refused (D01).
ANSWERING: frozenset[Verb] = frozenset({"reply", "take", "reopen", "join"})
Right = Literal[
    "reports",
    "own_reports",
    "export",
    "health",
    "configuration",
    "audit",
    "sessions",
    "profile",
    "people",
]
"""What an agent may see of the whole desk, and do with their own profile, whatever
conversation is open."""
Standing = Literal["assignee", "participant", "colleague", "untaken", "left_with", "beside_bot"]
"""How an agent stands to a conversation. Nobody has taken an `untaken` one; `left_with`
is a participant of one that its assignee has released; whose assignee is a bot is
`beside_bot` to everybody else."""

_OWNERS: frozenset[Right] = frozenset(
    {"reports", "export", "health", "configuration", "audit", "sessions", "profile", "people"}
)
_OPEN: dict[Standing, frozenset[Verb]] = {
    "assignee": frozenset(
        {
            "reply",
            "note",
            "release",
            "close",
            "snooze",
            "add_participant",
            "edit_contact",
            "retry",
        }
    ),
    "participant": frozenset({"reply", "note", "leave", "edit_contact", "retry"}),
    # A conversation a colleague has taken is locked; one may still leave a note (D14, D49).
    "colleague": frozenset({"note", "edit_contact"}),
    "untaken": frozenset({"reply", "note", "take", "close", "snooze", "edit_contact", "retry"}),
    # A person may take it from a bot at any time, and answers only then.
    "beside_bot": frozenset({"note", "take", "edit_contact"}),
    "left_with": frozenset(
        {"reply", "note", "take", "close", "snooze", "leave", "edit_contact", "retry"}
    ),
}
# Writing in a closed conversation reopens it (S09, S43).
_CLOSED: frozenset[Verb] = frozenset({"reply", "note", "reopen", "edit_contact"})
_BOT: frozenset[Verb] = frozenset(
    {"reply", "note", "release", "assign", "close", "set_topics", "tag", "retry"}
)
_SENIOR: dict[Standing, frozenset[Verb]] = {
    "assignee": frozenset({"assign"}),
    "participant": frozenset({"assign", "release", "close", "snooze", "add_participant"}),
    # A supervisor joins before answering: one press, and everybody can see it.
    "colleague": frozenset({"assign", "release", "close", "snooze", "add_participant", "join"}),
    "untaken": frozenset({"assign", "join", "add_participant"}),
    "left_with": frozenset({"assign", "add_participant"}),
    "beside_bot": frozenset({"assign", "release", "close", "snooze", "add_participant", "join"}),
}


def standing(
    assignee: str | None, participants: Collection[str], agent: str, policy: Policy
) -> Standing:
    """Return how `agent` stands to a conversation."""
    if assignee == agent:
        return "assignee"
    if agent in participants:
        return "left_with" if assignee is None else "participant"
    if policy.bot(assignee) is not None:
        return "beside_bot"
    return "untaken" if assignee is None else "colleague"


def verbs(
    role: Role, state: str, how: Standing, policy: Policy, *, blocked: bool = False
) -> frozenset[Verb]:
    """Return what an agent of this role may do in a conversation of this state.

    Nobody answers a customer who is `blocked` (S11).
    """
    if role == "viewer":
        return frozenset()
    if role == "bot":
        return _bot(state, how, policy, blocked=blocked)
    senior = role in ("owner", "supervisor")
    if state not in ("open", "closed"):
        return _in_trash(role, state, policy)
    allowed = _OPEN[how] if state == "open" else _CLOSED
    allowed |= _change(policy, senior=senior) | _sort(state, how, senior=senior)
    allowed |= _configured(state, how, policy, senior=senior)
    if senior and state == "open":
        allowed |= _SENIOR[how]
    elif senior and policy.transfer_closed:
        allowed |= {"assign"}
    if not senior:
        allowed |= _transfer(state, how, policy)
        if not policy.agent_edits_contact:
            allowed -= {"edit_contact"}
    if blocked:
        allowed -= {"reply"}
    return allowed | _blocking(state, how, policy, senior=senior, blocked=blocked)


def _configured(state: str, how: Standing, policy: Policy, *, senior: bool) -> frozenset[Verb]:
    """Return what there is only where the YAML says so.

    Making a task of what was said is a note that goes to others in the house (D51).
    """
    allowed: frozenset[Verb] = frozenset({"ticket"} if policy.tickets else ())
    if not senior and state == "open" and how == "colleague":
        return allowed
    if policy.has_statuses:
        allowed |= {"set_status"}
    return allowed | {"delete"} if senior or policy.agent_deletes else allowed


def sees_deleted(role: Role, policy: Policy) -> bool:
    """Say whether what was deleted is there for this role: for who may delete (R09, S26)."""
    return role in ("owner", "supervisor") or (role == "agent" and policy.agent_deletes)


def purges(role: Role, policy: Policy) -> bool:
    """Say whether this role may delete for ever (R64)."""
    return role in ("owner", "supervisor") or (role == "agent" and policy.agent_purges)


def sees(role: Role, state: str, policy: Policy) -> bool:
    """Say whether a conversation of this state is there for this role."""
    return state != "purged" and (state != "deleted" or sees_deleted(role, policy))


def _in_trash(role: Role, state: str, policy: Policy) -> frozenset[Verb]:
    """Return what may be done with a deleted conversation: nothing but end its being one."""
    if not sees(role, state, policy):
        return frozenset()
    return frozenset({"restore", "purge"} if purges(role, policy) else {"restore"})


def rights(role: Role, policy: Policy) -> frozenset[Right]:
    """Return what an agent of this role may see of the whole desk.

    `own_reports`: of reports, their own work alone. `health`: how the channels are.
    `sessions`: who is signed in, and to end it. `profile`: to change how they themselves are
    shown to others. `people`: to take away all there is of a customer, and to have them erased.
    """
    if role == "owner":
        return _OWNERS
    if role == "supervisor":
        return frozenset({"reports", "export", "health", "profile", "people"})
    if role in ("viewer", "bot"):
        return frozenset()
    allowed: set[Right] = {"profile"} if policy.agent_edits_profile else set()
    if policy.agent_reports:
        allowed |= {"own_reports", "export"} if policy.agent_exports else {"own_reports"}
    return frozenset(allowed)


def _bot(state: str, how: Standing, policy: Policy, *, blocked: bool) -> frozenset[Verb]:
    """Return what a bot may do: all that its own conversation needs, and nothing elsewhere.

    What it has handed over is not its own any more (S44). People it may tag at any time, of
    those whom it can see.
    """
    if state not in ("open", "closed"):
        return frozenset()
    if state == "closed" or how != "assignee":
        return frozenset({"tag"})
    allowed: set[Verb] = {*_BOT}
    if policy.allow_edit:
        allowed.add("edit_message")
    if blocked:
        allowed.discard("reply")
    return frozenset(allowed)


def _blocking(
    state: str, how: Standing, policy: Policy, *, senior: bool, blocked: bool
) -> frozenset[Verb]:
    """Return `block`, or `unblock`, where the YAML gives it (J31).

    An agent blocks nobody whom a colleague is talking with.
    """
    if not senior and (not policy.agent_blocks or (state == "open" and how == "colleague")):
        return frozenset()
    return frozenset({"unblock" if blocked else "block"})


def _change(policy: Policy, *, senior: bool) -> frozenset[Verb]:
    """Return what the YAML lets be done to messages, whatever the state (J28, J29).

    One's own are changed where one may write, everybody's are taken back by the senior.
    """
    allowed: set[Verb] = {"edit_message"} if policy.allow_edit else set()
    if policy.allow_delete:
        allowed |= {"delete_message", "delete_any_message"} if senior else {"delete_message"}
    return frozenset(allowed)


def _sort(state: str, how: Standing, *, senior: bool) -> frozenset[Verb]:
    """Return how the conversation may be sorted (R43).

    A person's tags are everybody's at any time; a topic is for those who could answer, and
    of a conversation that goes on.
    """
    if state == "open" and (senior or how != "colleague"):
        return frozenset({"tag", "set_topics"})
    return frozenset({"tag"})


def _transfer(state: str, how: Standing, policy: Policy) -> frozenset[Verb]:
    """Return `assign` where `permissions.agent.transfer` gives it.

    Handing an untaken conversation to somebody takes nothing from anybody (D12). A closed one
    is handed over where `routing.transfer.closed` lets it be (S07).
    """
    if (state != "open" and not policy.transfer_closed) or policy.agent_transfer == "none":
        return frozenset()
    if policy.agent_transfer == "any" or how in ("assignee", "untaken", "left_with"):
        return frozenset({"assign"})
    return frozenset()
