"""A canary of its own in every column that can hold something of a person."""

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, Text

from bridge.models import metadata
from tests.databases import ByHand

# Tables that hold nothing of a customer, and why.
ELSEWHERE = {
    "agents": "staff",
    "agent_link_codes": "staff",
    "agent_links": "staff",
    "api_tokens": "staff",
    "audit": "ids and kinds of acts, never a customer's word",
    "chats": "colleagues",
    "chat_members": "colleagues",
    "chat_messages": "what colleagues say to each other is theirs",
    "cursors": "where a poller stands",
    "erased_accounts": "what is kept of who was erased",
    "erasures": "what is kept of who was erased",
    "events": "ids",
    "hand_overs": "ids",
    "floods": "ids",
    "inbox_health": "how an inbox is",
    "inboxes": "the configuration",
    "leases": "which process does what",
    "mentions": "ids",
    "meta": "about the database",
    "participants": "ids",
    "poison": "hashes",
    "present": "an account as it is; a test of its own looks for it",
    "processes": "which process does what",
    "purged_messages": "hashes",
    "quick_replies": "texts of staff",
    "read_marks": "ids",
    "recovery_codes": "staff",
    "redeliveries": "ids",
    "saved_views": "lists of staff",
    "second_factors": "staff",
    "sessions": "staff",
    "sights_before": "ids",
    "sign_in_failures": "staff",
    "sign_in_links": "staff",
    "statuses": "the configuration",
    "surface_active": "staff",
    "surface_places": "the configuration",
    "surface_signs": "reactions of staff",
    "surface_visits": "staff",
    "tags": "the configuration",
    "timers": "ids",
    "topics": "the configuration",
    "turns": "staff",
}
# Columns that hold a word of ours, or a number of a platform's for something of staff.
OURS = {
    "album_items": {"format"},
    "attachments": {"sha256", "kind", "state", "role"},
    "automation_runs": {"automation_id"},
    "contacts": {"edited_fields"},
    "conversations": {"state", "closed_by", "answered_by", "last_by", "team_id", "given_back_by"},
    "deleted_conversations": {"was"},
    "deliveries": {"place", "action", "state"},
    "drafts": {"kind"},
    "messages": {"kind", "format"},
    "notices": {"occasion"},
    "parked_events": set(),
    "quarantine": {"inbox_id", "digest", "form"},
    "start_tokens": {"token_hash"},
    # What the surfaces need to take away what they show; gone with that.
    "surface_heard": {"surface_id", "key", "place", "thread", "external_id", "album"},
    "surface_hints": {"account"},
    "surface_kept": {"surface_id", "sort"},
    "surface_names": {"external_id"},
    "surface_posts": {"key", "state", "external_ids", "mark"},
    "surface_threads": {"surface_id", "place", "thread", "card", "drawn", "key"},
    "tickets": {"target", "state"},
    "webhook_calls": {"webhook_id", "event", "state"},
}
# What makes a row belong to the person, or a legal one.
GIVEN: dict[str, dict[str, Any]] = {
    "attachments": {"kind": "file", "state": "ready", "role": "attachment"},
    "automation_runs": {"automation_id": "remind"},
    "contacts": {"edited_fields": "[]"},
    "conversations": {"state": "closed"},
    "deleted_conversations": {"was": "closed"},
    "deliveries": {"place": "pager", "action": "send", "state": "sent"},
    "drafts": {"kind": "note"},
    "messages": {"kind": "incoming", "format": "plain"},
    "album_items": {"format": "plain"},
    "notices": {"occasion": "rating"},
    "quarantine": {"inbox_id": "pager", "form": "update"},
    "surface_heard": {"surface_id": "slack", "place": "C1", "thread": "t1", "key": "k1"},
    "surface_posts": {"state": "shown", "key": "p1", "external_ids": '["1.1"]'},
    "surface_threads": {"surface_id": "slack", "place": "C1", "thread": "t1"},
    "surface_kept": {"surface_id": "slack", "sort": "asking"},
    "surface_hints": {"account": "U1"},
    "tickets": {"target": "crm", "state": "sent"},
    "webhook_calls": {"webhook_id": "crm", "event": "message.received", "state": "sent"},
}
# JSON, in which a canary stands as a text.
WRAPPED = {
    "contacts.attributes": '{{"plan": "{}"}}',
    "contact_joins.kept": '{{"name": "{}"}}',
    "visits.facts": '{{"url": "{}"}}',
    "messages.activity": '{{"verb": "x", "data": {{"of": "{}"}}}}',
    "deliveries.body": '{{"text": "{}"}}',
    "deliveries.external_ids": '["{}"]',
    "surface_posts.body": '{{"text": "{}"}}',
    "surface_heard.event": '{{"text": "{}"}}',
    "notices.buttons": '[["1", "{}"]]',
}


@dataclass
class Planted:
    """What was planted: by "table.column" the word that must not be found afterwards."""

    words: dict[str, str] = field(default_factory=dict)

    def word(self, where: str) -> str:
        """Return a new word, which no other begins like."""
        self.words[where] = "".join(secrets.choice("bcdfghjklmnpqrstvwxz") for _ in range(16))
        return self.words[where]

    def found(self, *folders: Path) -> dict[str, list[str]]:
        """Return which of them stand in a file, and in which; by bytes, in either case.

        An index leaves out how a word begins where the one before begins so too.
        """
        hits: dict[str, list[str]] = {}
        for path in sorted(path for folder in folders for path in folder.rglob("*")):
            if path.is_file():
                content = path.read_bytes().lower()
                for where, word in self.words.items():
                    if word[4:].encode() in content:
                        hits.setdefault(where, []).append(path.name)
        return hits


def personal() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Yield each table with something of customers in it, and the columns that can be it."""
    # What has no foreign key, but is about a conversation or an account, comes after those.
    last = ("surface", "quarantine", "parked")
    for table in sorted(metadata.sorted_tables, key=lambda one: one.name.startswith(last)):
        if table.name not in ELSEWHERE:
            ours = OURS.get(table.name, set())
            yield (
                table,
                [
                    column
                    for column in table.columns
                    if isinstance(column.type, Text | LargeBinary)
                    and not column.foreign_keys
                    and column.name not in ours
                ],
            )


def plant(connection: ByHand, ids: dict[str, Any], *, contents: str) -> Planted:
    """Put a row of the person's into every table, with a word in every such column.

    `ids` are what foreign keys lead to, by table; rows that are made add to it.
    """
    planted, numbers = Planted(), itertools.count(7_000)
    account = ids["external"]
    for table, columns in personal():
        row: dict[str, Any] = {}
        for column in table.columns:
            row[column.name] = _value(table, column, ids, next(numbers))
        row |= GIVEN.get(table.name, {})
        for column in columns:
            where = f"{table.name}.{column.name}"
            word = planted.word(where)
            row[column.name] = WRAPPED.get(where, "{}").format(word)
        if table.name == "identities":
            account = ids["external"] = row["external_id"]
        elif table.name == "attachments":
            row["sha256"] = contents
            row["owner"] = f"visitor:pager/{account}"
            del planted.words["attachments.owner"]
        elif table.name == "quarantine":
            row["raw"] = f'{{"from": "{account}", "text": "{row["raw"]}"}}'.encode()
        elif table.name == "parked_events":
            row["event"] = f'{{"sender": "{account}", "text": "{row["event"]}"}}'
        _insert(connection, table, row)
        ids[table.name] = row.get("id", ids.get(table.name))
    return planted


def _value(table: Table, column: Column[Any], ids: dict[str, Any], number: int) -> Any:
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return ids.get(key.column.table.name)
    if column.name == "conversation_id":
        return ids["conversations"]
    if column.name == "message_id" and table.name.startswith("surface"):
        return ids["messages"]
    if column.name == "id":
        return number
    if isinstance(column.type, Text | LargeBinary):
        return None if column.nullable else "x"
    return None if column.nullable else 1


def _insert(connection: ByHand, table: Table, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    marks = ", ".join("?" for _ in row)
    sql = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  # Our own tables.
    connection.execute(sql, list(row.values()))
