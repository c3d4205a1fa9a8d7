"""Conversations as rows: a part that all agents share, and each agent's own.

Whatever the number of conversations, a row list costs the same few queries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from msgspec import UNSET, UnsetType

from agent_console.cards import shapes as w
from agent_console.cards import sorting
from agent_console.cards.blocks import blocks_in
from agent_console.cards.shapes.rows import State
from bridge.channel import TextFormat
from bridge.markup import to_plain
from bridge.models import Agent, Conversation, Draft, ReadMark, Role
from bridge.store import bulk as b
from bridge.store import sorting as s
from bridge.store.transactions import Tx
from routing.access import Standing, Verb, sees, standing, verbs
from routing.policy import Policy

LONGEST_PREVIEW = 160
LONGEST_DRAFT = 120

# The standings of a conversation that is an agent's own to answer (R07).
MINE: frozenset[Standing] = frozenset({"assignee", "participant", "left_with"})

_NOTHING_READ = w.ReadUpTo(seen=0, message_id=0)


def line(text: str, longest: int = LONGEST_PREVIEW) -> str:
    """Return the start of a plain text on one line."""
    shown = " ".join(text[: longest * 4].split())
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def shared(tx: Tx, conversation_ids: Collection[int]) -> dict[int, w.Conversation]:
    """Return the shared part of each conversation there is, by its id."""
    given = b.ids(conversation_ids)
    found = tx.all(b.CONVERSATIONS, ids=given)
    rows = [one.conversation for one in found]
    kept_away = [
        one.conversation.id for one in found if one.blocked_until and one.blocked_until > tx.now
    ]
    _foresee(tx, given, rows)
    blocked = blocks_in(tx, kept_away)
    people = {one.id: one for one in tx.all(b.PERSONS, ids=b.ids({c.contact_id for c in rows}))}
    together = defaultdict(list)
    for conversation_id, agent_id in tx.all(b.PARTICIPANTS, ids=given):
        together[conversation_id].append(agent_id)
    about = sorting.topics_of(tx, conversation_ids)
    tags = sorting.tags_of(tx, people)
    last = _last(tx, [c.last_message_id for c in rows if c.last_message_id is not None])
    return {
        c.id: _conversation(
            c,
            _contact(people[c.contact_id], tags.get(c.contact_id, [])),
            together.get(c.id, []),
            about.get(c.id, sorting.NOTHING),
            last.get(c.last_message_id),
            blocked.get(c.id, UNSET),
        )
        for c in rows
    }


def _foresee(tx: Tx, given: str, rows: Sequence[Conversation]) -> None:
    """Have all that is read of these asked at once; `given` are the ids of all asked for."""
    of_people = b.ids({c.contact_id for c in rows})
    last = [c.last_message_id for c in rows if c.last_message_id is not None]
    tx.foresee(
        (b.PERSONS, {"ids": of_people}),
        (b.PARTICIPANTS, {"ids": given}),
        (s.TOPICS_OF, {"ids": given}),
        (s.TAGS_OF, {"ids": of_people}),
        (b.PREVIEWS, {"ids": b.ids(last)}),
    )


def _last(tx: Tx, message_ids: Sequence[int]) -> Mapping[int | None, w.Last]:
    previews = tx.all(b.PREVIEWS, ids=b.ids(message_ids))
    with_files = [p.id for p in previews if p.attachment_count and p.deleted_at is None]
    first = tx.all(b.FIRST_KINDS, ids=b.ids(with_files)) if with_files else []
    kinds = {one.message_id: one.kind for one in first}
    return {
        p.id: w.Last(
            kind=p.kind,
            author=p.agent_id,
            text="" if p.deleted_at else preview(p.text, p.format),
            at=p.created_at,
            message_id=p.id,
            attachment=kinds.get(p.id, UNSET),
        )
        for p in previews
    }


def preview(text: str, format: TextFormat) -> str:
    """Return a message's text on one line, without its formatting."""
    return line(to_plain(text[: LONGEST_PREVIEW * 4], format, one_line=True))


def avatar_url(photo_id: str | None) -> str | UnsetType:
    """Return where a person's picture is, drawn anew by us."""
    return UNSET if photo_id is None else f"/media/{photo_id}?preview=1"


def _contact(person: b.Person, tags: list[str]) -> w.RowContact:
    return w.RowContact(
        id=person.id,
        name=person.name,
        tags=tags,
        email=person.email or UNSET,
        avatar_url=avatar_url(person.photo_id),
    )


def _conversation(
    c: Conversation,
    contact: w.RowContact,
    participants: list[str],
    about: sorting.About,
    last: w.Last | None,
    block: w.Block | UnsetType,
) -> w.Conversation:
    return w.Conversation(
        id=c.id,
        inbox=c.inbox_id,
        thread=c.thread,
        contact=contact,
        identity=c.identity_id,
        # The query leaves out what was purged.
        state=cast("State", c.state),
        assignee=c.assignee_id,
        participants=participants,
        is_new=c.opened_at is None,
        incoming_count=c.incoming_count,
        waiting_since=c.waiting_since,
        language=c.language,
        created_at=c.created_at,
        last_at=c.last_at,
        closed_at=c.closed_at,
        closed_by=c.closed_by or UNSET,
        answered_by=c.answered_by or UNSET,
        rated=c.rated or UNSET,
        item=w.Item(label=c.item_label, url=c.item_url or UNSET) if c.item_label else UNSET,
        team=c.team_id or UNSET,
        status=c.status_id or UNSET,
        paused_at=c.paused_at or UNSET,
        snoozed_until=c.snoozed_until or UNSET,
        snoozed_by=c.snoozed_by or UNSET,
        blocked=block is not UNSET,
        block=block,
        last=last,
        last_by=c.last_by,
        topics=about.topics,
        other_topic=about.other or UNSET,
    )


@dataclass(frozen=True, slots=True)
class Own:
    """What one agent has in a conversation: what is read, what is not sent, if they follow."""

    mark: w.ReadUpTo = _NOTHING_READ
    draft: w.DraftPreview | None = None
    following: bool = False


NOTHING_OWN = Own()


def own_of(marks: Iterable[ReadMark], drafts: Iterable[Draft]) -> dict[tuple[str, int], Own]:
    """Return what each agent has, by (agent, conversation); drafts in the order of change."""
    found: dict[tuple[str, int], Own] = {}
    for one in marks:
        read = w.ReadUpTo(seen=one.seen, message_id=one.message_id)
        follows = one.followed_at is not None
        found[one.agent_id, one.conversation_id] = Own(read, following=follows)
    for draft in drafts:
        key = draft.agent_id, draft.conversation_id
        shown = w.DraftPreview(kind=draft.kind, text=line(draft.text, LONGEST_DRAFT))
        found[key] = replace(found.get(key, NOTHING_OWN), draft=shown)
    return found


def rows(tx: Tx, me: Agent, policy: Policy, conversation_ids: Sequence[int]) -> list[w.Row]:
    """Return the rows of these conversations as `me` sees them, in the order given."""
    if not conversation_ids:
        return []
    given = b.ids(conversation_ids)
    mine = {"ids": given, "me": me.id}
    tx.foresee((b.CONVERSATIONS, {"ids": given}), (b.MARKS_OF, mine), (b.DRAFTS_OF, mine))
    conversations = shared(tx, conversation_ids)
    own = own_of(tx.all(b.MARKS_OF, **mine), tx.all(b.DRAFTS_OF, **mine))
    return [
        row(conversations[one], me, policy, own.get((me.id, one), NOTHING_OWN))
        for one in conversation_ids
        if one in conversations and sees(me.role, conversations[one].state, policy)
    ]


def row(conversation: w.Conversation, me: Agent, policy: Policy, own: Own) -> w.Row:
    """Return a conversation as `me` sees it."""
    how = standing(conversation.assignee, conversation.participants, me.id, policy)
    return w.Row(
        conversation=conversation,
        can=can(me.role, conversation.state, how, policy, blocked=conversation.blocked),
        mine=how in MINE,
        following=own.following,
        mark=own.mark,
        draft=own.draft,
    )


@lru_cache(maxsize=256)
def can(
    role: Role, state: str, how: Standing, policy: Policy, *, blocked: bool = False
) -> list[Verb]:
    """Return what the agent may do, in a fixed order; the list is shared, not to be changed."""
    return sorted(verbs(role, state, how, policy, blocked=blocked))
