"""What is known of a conversation for rules and automations to ask about.

Only what somebody asks for is looked up. Every function runs inside a transaction.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from bridge.models import Conversation
from bridge.settings import When
from bridge.store import bulk as b
from bridge.store import conversations as q
from bridge.store import people as p
from bridge.store import sorting as s
from bridge.store.transactions import Tx
from routing.rules import Facts, base_of

# What conditions ask of the customer's stay on the site.
_BY_VISIT = frozenset({"page", "source", "utm"})


def asked_in(conditions: Iterable[When]) -> frozenset[str]:
    """Return the names of the conditions that any of these has. Pure."""
    return frozenset(name for one in conditions for name in one.model_fields_set)


def facts_about(
    tx: Tx,
    conversation: Conversation,
    asked: Collection[str],
    *,
    text: str = "",
    language: str | None = None,
    by: str | None = None,
    status: str | None = None,
) -> Facts:
    """Return what is known of a conversation, as far as any of the `asked` names needs it.

    `text` and `language` (of any form) are of the message that it is about, `by` whose doing
    it is, `status` what the conversation has.
    """
    contact = tx.the(p.CONTACT_BY_ID, id=conversation.contact_id)
    stay = {} if _BY_VISIT.isdisjoint(asked) else _stay(tx, conversation.identity_id)
    return Facts(
        channel=conversation.inbox_id,
        at=tx.now,
        text=text,
        language=base_of(language),
        contact_language=base_of(contact.language),
        page=stay.get("url"),
        sources=[stay[name] for name in ("source", "referrer") if stay.get(name)],
        utm={k.removeprefix("utm_"): v for k, v in (stay.get("utm") or {}).items()},
        topics=_topics(tx, conversation) if "topic" in asked else (),
        tags=_tags(tx, conversation) if "tag" in asked else (),
        first_message=_is_first(tx, conversation) if "first_message" in asked else True,
        status=status,
        team=conversation.team_id,
        taken=conversation.assignee_id is not None,
        by=by,
    )


def _stay(tx: Tx, identity_id: int) -> Mapping[str, Any]:
    """Return what is known of the stay, with what this message has told of it."""
    visit = tx.one(p.VISIT_OF, identity_id=identity_id)
    return msgspec.json.decode(visit.facts, type=dict[str, Any]) if visit else {}


def _topics(tx: Tx, conversation: Conversation) -> list[str]:
    found = tx.all(s.TOPICS_OF, ids=b.ids([conversation.id]))
    return [one.topic_id for one in found if one.topic_id is not None]


def _tags(tx: Tx, conversation: Conversation) -> list[str]:
    return [one.tag_id for one in tx.all(s.TAGS_OF, ids=b.ids([conversation.contact_id]))]


def _is_first(tx: Tx, conversation: Conversation) -> bool:
    """Say whether the person has written no more than what this is about."""
    every = tx.all(q.IDS_OF_CONTACT, contact_id=conversation.contact_id)
    return conversation.incoming_count <= 1 and every == [conversation.id]
