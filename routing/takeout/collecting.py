"""All there is of a person, in the shape of docs/reference/person-export.md."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from bridge.media.kinds import public_name
from bridge.models import (
    Attachment,
    Delivery,
    Identity,
    Message,
    VisitRow,
)
from bridge.store import erasing as e
from bridge.store import sorting
from bridge.store import takeout as q
from bridge.store.transactions import Tx
from routing.erasing import Person
from routing.takeout.shapes import (
    FORMAT,
    Account,
    Barred,
    File,
    Note,
    Part,
    Rated,
    Revised,
    Said,
    Stay,
    Takeout,
    Talk,
    Task,
)


class Found(msgspec.Struct, frozen=True):
    """What there is of a person, and the content of each file by its path in the archive."""

    takeout: Takeout
    contents: dict[str, str]


def collected(tx: Tx, who: Person) -> Found:
    """Return all there is of a person."""
    return _Collector(tx, who).found()


class _Collector:
    def __init__(self, tx: Tx, who: Person) -> None:
        self._tx = tx
        self._who = who
        self._agents = dict(tx.all(q.AGENTS))
        self._inboxes = dict(tx.all(q.INBOXES))
        self._contents: dict[str, str] = {}

    def found(self) -> Found:
        tx, people = self._tx, self._who.contacts
        ids = self._who.ids
        of = {"ids": ids["contacts"]}
        theirs = {"contacts": ids["contacts"], "identities": ids["identities"]}
        takeout = Takeout(
            format=FORMAT,
            exported_at=_iso(tx.now),
            id=people[0].id,
            names=_all(one.name for one in people),
            emails=_all(one.email for one in people),
            phones=_all(one.phone for one in people),
            languages=_all(one.language for one in people),
            fields={name: text for one in people for name, text in _json(one.attributes).items()},
            known_since=_iso(min(one.created_at for one in people)),
            tags=[one.id for one in tx.all(q.TAGS, **of)],
            notes=[
                Note(at=_iso(one.created_at), by=self._agent(one.agent_id) or "", text=one.text)
                for one in tx.all(q.NOTES, **of)
            ],
            blocks=[
                Barred(
                    at=_iso(one.created_at),
                    until=_maybe(one.until),
                    ended_at=_maybe(one.ended_at),
                    reason=one.reason,
                )
                for one in tx.all(q.BLOCKS, **of)
            ],
            accounts=self._accounts(),
            conversations=self._talks(tx.all(e.CONVERSATIONS, **theirs)),
        )
        return Found(takeout, self._contents)

    def _accounts(self) -> list[Account]:
        ids = {"ids": self._who.ids["identities"]}
        visits = {one.identity_id: one for one in self._tx.all(q.VISITS, **ids)}
        pictures = _by(self._tx.all(q.PICTURES, **ids), "identity_id")
        kinds = dict(self._tx.all(q.KINDS))
        return [
            self._account(one, kinds, pictures[one.id], visits.get(one.id))
            for one in self._who.accounts
        ]

    def _account(
        self,
        one: Identity,
        kinds: dict[str, str],
        pictures: Sequence[Attachment],
        visit: VisitRow | None,
    ) -> Account:
        return Account(
            inbox=self._inboxes.get(one.inbox_id, one.inbox_id),
            network=kinds.get(one.inbox_id, ""),
            id=one.external_id,
            name=one.name,
            username=one.username,
            address=one.profile_url,
            email=one.email,
            proven=one.verified_at is not None,
            since=_iso(one.created_at),
            pictures=[self._file(file) for file in pictures],
            visit=None if visit is None else _stay(visit),
        )

    def _talks(self, numbers: Sequence[int]) -> list[Talk]:
        tx, ids = self._tx, {"ids": json.dumps(list(numbers))}
        topics = _by(tx.all(sorting.TOPICS_OF, **ids), "conversation_id")
        ratings = _by(tx.all(q.RATINGS, **ids), "conversation_id")
        answers = _by(tx.all(q.NOTICES, **ids), "conversation_id")
        tickets = _by(tx.all(q.TICKETS, **ids), "conversation_id")
        said = self._said(ids)
        return [
            Talk(
                id=one.id,
                inbox=self._inboxes.get(one.inbox_id, one.inbox_id),
                state=one.state,
                language=one.language,
                begun_at=_iso(one.created_at),
                closed_at=_maybe(one.closed_at),
                topics=[topic.other or topic.topic_id or "" for topic in topics[one.id]],
                about=one.item_label,
                about_url=one.item_url,
                ratings=[
                    Rated(
                        at=_iso(given.created_at),
                        score=given.score,
                        of=given.scale,
                        comment=given.comment,
                    )
                    for given in ratings[one.id]
                ],
                answers=[given.answer for given in answers[one.id] if given.answer],
                tickets=[
                    Task(at=_iso(task.created_at), title=task.title, url=task.url)
                    for task in tickets[one.id]
                ],
                messages=said[one.id],
            )
            for one in tx.all(q.CONVERSATIONS, **ids)
        ]

    def _said(self, ids: dict[str, str]) -> dict[int, list[Said]]:
        tx = self._tx
        earlier = _by(tx.all(q.REVISIONS, **ids), "message_id")
        files = _by(tx.all(q.FILES, **ids), "message_id")
        parts = _by(tx.all(q.DELIVERIES, **ids), "message_id")
        found: dict[int, list[Said]] = defaultdict(list)
        for one in tx.each(q.MESSAGES, **ids):
            found[one.conversation_id].append(
                self._message(one, earlier[one.id], files[one.id], parts[one.id])
            )
        return found

    def _message(
        self,
        one: Message,
        earlier: Sequence[q.Earlier],
        files: Sequence[Attachment],
        parts: Sequence[Delivery],
    ) -> Said:
        return Said(
            id=one.id,
            at=_iso(one.sent_at or one.created_at),
            kind=one.kind,
            by=self._agent(one.agent_id),
            text=one.text,
            earlier=[Revised(at=_iso(was.at), text=was.text) for was in earlier],
            edited_at=_maybe(one.edited_at),
            taken_back_at=_maybe(one.deleted_at),
            answers=one.reply_to_id,
            files=[self._file(file) for file in files],
            sent=[Part(at=_iso(part.changed_at), state=part.state) for part in parts],
            activity=None if one.activity is None else _json(one.activity),
        )

    def _file(self, row: Attachment) -> File:
        path = None
        if row.state == "ready":
            path = f"files/{row.public_id}-{public_name(row.mime, row.name)}"
            self._contents[path] = row.sha256
        return File(path=path, name=row.name, type=row.mime, bytes=row.size)

    def _agent(self, agent_id: str | None) -> str | None:
        return None if agent_id is None else self._agents.get(agent_id, agent_id)


def _stay(visit: VisitRow) -> Stay:
    return Stay(
        started_at=_iso(visit.started_at),
        seen_at=_iso(visit.seen_at),
        seconds=visit.seconds,
        facts=_json(visit.facts),
    )


def _by(rows: Iterable[Any], name: str) -> defaultdict[Any, list[Any]]:
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _all(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _json(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")


def _maybe(at: int | None) -> str | None:
    return None if at is None else _iso(at)
