"""No query that is asked often reads a table from end to end."""

import itertools
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from bridge.models import See
from bridge.store import (
    addresses,
    afterwards,
    audit,
    board,
    bulk,
    continued,
    conversations,
    customer,
    dead,
    deliveries,
    desk,
    history,
    joins,
    links,
    log,
    messages,
    operations,
    outages,
    owing,
    people,
    quarantine,
    reports,
    sight,
    sign_in,
    sorting,
    starts,
    surfaces,
    teams,
)
from bridge.store.filters import Filters
from bridge.store.statement import Statement

MODULES = (
    addresses,
    audit,
    board,
    bulk,
    continued,
    conversations,
    customer,
    dead,
    deliveries,
    desk,
    links,
    log,
    messages,
    operations,
    outages,
    owing,
    people,
    quarantine,
    sight,
    reports,
    sign_in,
    afterwards,
    sorting,
    starts,
    surfaces,
    teams,
)
# Filters that too many conversations pass for an index to be worth its upkeep.
WITHOUT_INDEX = (
    "inbox_id",
    "language",
    "last_by",
    "team_id",
    "no_team",
    "no_topic",
    "no_tags",
    "status_id",
    "or_unset",
)
# What agents may see who do not see everything; each is looked up row by row.
SEEN = {
    f"seen {see}{' hidden' if hides else ''}": sight.Kind(see, hides)
    for see in get_args(See)
    for hides in (False, True)
    if see != "all" or hides
}
# What the YAML declares by hand.
SMALL = {"agents", "topics", "tags", "alembic_version"}
# Small tables, or asked once an hour or at a start: read whole, on purpose.
WHOLE = {
    "desk.AGENTS",
    "desk.AGENT_IDS",
    "desk.END_LINKS",
    "links.LINKS",
    "links.END_CODES",
    "links.FORGET_CODES",
    "people.INBOX_IDS",
    "people.END_VISITS",
    # When somebody sets the clock.
    "deliveries.MOVE_TIMERS",
    "conversations.MOVE_WAITS",
    "log.EXPIRE_PARKED",
    # The whole trail, checked act by act.
    "audit.LINKS",
    # Kept within limits, and looked through once an hour.
    "quarantine.FORGET",
    "quarantine.FORGET_POISON",
    "quarantine.POISON_TRIES",
    # What people have just asked for, and nothing else.
    "dead.ASKED",
    # When an administrator looks; of the steps, until the first row is found.
    "operations.QUARANTINED",
    "quarantine.FOUND",
    "dead.DELIVERIES",
    "dead.POSTS",
    "dead.CALLS",
    "dead.COUNTS",
    "operations.SESSIONS",
    "operations.STEPS",
    "sign_in.CREDENTIALS",
    "sign_in.HAVE_PASSWORDS",
    "sign_in.FORGET_EXPIRED",
    "sign_in.FORGET_LINKS",
    "sign_in.FORGET_OLD_FAILURES",
    "starts.FORGET_TOKENS",
    # In the order of the table itself, from one end, for no more than a page.
    "log.OLDEST_EVENTS",
    *(f"board.page closed newest {one}" for one in ("", *WITHOUT_INDEX)),
    *(f"board.page closed newest {one}" for one in SEEN),
}
# What the hot paths lean on: which index, by which columns.
HOT = {
    "deliveries.DUE_HEADS": [
        "USING INDEX ix_deliveries_due (place=? AND due_at<?)",
        "USING INDEX ix_deliveries_lane (conversation_id=? AND place=?)",
    ],
    "deliveries.NEXT_DUE": ["USING INDEX ix_deliveries_due (place=? AND due_at>?)"],
    "deliveries.LEFT_SENDING": ["USING INDEX ix_deliveries_lane"],
    "deliveries.DELIVERIES_OF": ["USING INDEX ix_deliveries_message (message_id=?)"],
    "deliveries.UP_TO_MESSAGE": [
        "USING INDEX ix_deliveries_unread (conversation_id=? AND message_id<?)"
    ],
    "deliveries.DELIVERIES_BY_RECEIPT": ["(inbox_id=? AND external_id=?)"],
    "deliveries.DUE_TIMERS": ["USING INDEX ix_timers_due (due_at<?)"],
    "conversations.OPEN_IN_THREAD": [
        "USING INDEX uq_conversations_open_thread (identity_id=? AND thread=?)"
    ],
    "conversations.LATEST_IN_THREAD": [
        "USING INDEX ix_conversations_thread (identity_id=? AND thread=?)"
    ],
    "continued.CONTINUED": ["USING INDEX ix_deliveries_continued (conversation_id=?)"],
    "continued.HAS_TROUBLE": ["USING INDEX ix_deliveries_continued (conversation_id=?)"],
    "continued.UNSEEN": ["USING INDEX ix_deliveries_unread (conversation_id=? AND message_id>?)"],
    "customer.UNREAD_BY_CUSTOMER": ["USING INDEX ix_deliveries_unread (conversation_id=?)"],
    "addresses.VISITORS_OVER": ["USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"],
    "addresses.ASIDE_OVER": ["USING INTEGER PRIMARY KEY (rowid>?)"],
    "people.FIND_IDENTITY": ["(inbox_id=? AND external_id=?)"],
    "messages.MESSAGE_BY_EXTERNAL": ["(inbox_id=? AND external_id=?)"],
    "messages.MESSAGE_BY_CLIENT_KEY": ["(client_key=?)"],
    "messages.MESSAGES_BEFORE": ["ix_messages_conversation (conversation_id=? AND id<?)"],
    "messages.VISIBLE_AFTER": ["ix_messages_conversation (conversation_id=? AND id>?)"],
    "messages.PENDING_FETCHES": ["USING INDEX ix_attachments_pending"],
    "sorting.TAGS_OF": ["sqlite_autoindex_contact_tags_1 (contact_id=?)"],
    "sorting.TOPICS_OF": ["ix_conversation_topics_conversation (conversation_id=?)"],
    "sorting.TAG_COUNTS": [
        "ix_contact_tags_tag (tag_id=?)",
        "ix_conversations_contact (contact_id=?)",
    ],
    # Among the open ones each row is looked up in the order of the list; among the closed
    # ones, which have no end, the filter finds the rows.
    "board.page taken activity tags": [
        "USING INDEX ix_conversations_state_last (state=?)",
        "sqlite_autoindex_contact_tags_1 (contact_id=? AND tag_id=?)",
    ],
    "board.page taken activity topic_id": [
        "USING INDEX ix_conversations_state_last (state=?)",
        "uq_conversation_topics_topic (conversation_id=? AND topic_id=?)",
    ],
    "board.page closed activity tags": [
        "USING INDEX ix_conversations_contact (contact_id=?)",
        "ix_contact_tags_tag (tag_id=?)",
    ],
    "board.page closed activity topic_id": [
        "conversations USING INTEGER PRIMARY KEY (rowid=?)",
        "ix_conversation_topics_topic (topic_id=?)",
    ],
    "board.page untaken activity contact_id": [
        "USING INDEX ix_conversations_contact (contact_id=?)"
    ],
    "teams.HANDS": [
        "SEARCH agents USING INDEX sqlite_autoindex_agents_1 (id=?)",
        "USING COVERING INDEX ix_conversations_load",
    ],
    "teams.LAST_AGENT": ["USING INDEX ix_conversations_contact (contact_id=?)"],
    "teams.LONGEST_WAIT": ["USING INDEX ix_conversations_queue (team_id=? AND waiting_since>?)"],
    "teams.QUEUE": ["USING INDEX ix_conversations_queue (team_id=? AND waiting_since>?)"],
    "audit.OF_ALL": ["USING INTEGER PRIMARY KEY (rowid<?)"],
    "audit.OF_AGENT": ["USING INDEX ix_audit_agent (agent_id=? AND id<?)"],
    "audit.OF_ACTION": ["USING INDEX ix_audit_action (action=? AND id<?)"],
    "audit.LAST_OLD": ["USING INDEX ix_audit_at (at<?)"],
    "operations.QUEUES": ["ix_deliveries_lane"],
    "operations.AMISS": ["ix_deliveries_amiss"],
    # A report reads the messages of its period, then those conversations, and no others.
    "reports.MOVES": [
        "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        "ix_messages_conversation (conversation_id=? AND id<?)",
    ],
    "reports.ABOUT": [
        "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        "SEARCH c USING INTEGER PRIMARY KEY (rowid=?)",
    ],
    "reports.RATED": ["ix_ratings_created (created_at>? AND created_at<?)"],
    "surfaces.OWED_POSTS": ["ix_surface_posts_owed (thread_id=?)"],
    "afterwards.CHANGED_POSTS": [
        "ix_surface_posts_message (thread_id=? AND message_id=?)",
        "ix_messages_changed (conversation_id=?)",
        "ix_surface_posts_stale (thread_id=?)",
    ],
    "afterwards.MARKED_POSTS": [
        "ix_surface_posts_message (thread_id=? AND message_id=?)",
        "ix_messages_ours (conversation_id=?)",
    ],
    "owing.OWING": [
        "ix_messages_conversation (conversation_id=? AND id>?)",
        "ix_surface_posts_owed (thread_id=?)",
        "ix_messages_changed (conversation_id=?)",
        "ix_surface_posts_stale (thread_id=?)",
        "ix_surface_hints_owed (thread_id=?)",
        "ix_deliveries_continued (conversation_id=?)",
        "ix_messages_ours (conversation_id=?)",
    ],
    "surfaces.POSTED_AFTER": ["ix_surface_posts_message (thread_id=? AND message_id>?)"],
    "log.EVENTS_AFTER": ["USING INTEGER PRIMARY KEY (rowid>?)"],
    "log.PRUNE_EVENTS": ["USING INTEGER PRIMARY KEY (rowid<?)"],
}


def statements() -> Iterator[tuple[str, Statement[Any]]]:
    for module in MODULES:
        short = module.__name__.rpartition(".")[2]
        for name, found in vars(module).items():
            if isinstance(found, Statement):
                yield f"{short}.{name}", found
    narrowings = [Filters(), *(Filters(**{one: True}) for one in Filters._fields)]
    for group, order, narrowed, onward in itertools.product(
        get_args(board.Group), get_args(board.Order), narrowings, (True, False)
    ):
        told = "+".join(name for name, on in zip(narrowed._fields, narrowed, strict=True) if on)
        where = f"board.page {group} {order} {told}{' onward' if onward else ''}"
        yield where, board.page(group, order, narrowed, onward=onward)
    for told, kind in SEEN.items():
        for group, order in itertools.product(get_args(board.Group), get_args(board.Order)):
            page = board.page(group, order, Filters(), kind, onward=False)
            yield f"board.page {group} {order} {told}", page
    yield from seen_by(None, "")
    for told, kind in SEEN.items():
        yield from seen_by(kind, f" {told}")
        yield f"sight.sees {told}", sight.sees(kind)
        yield f"sight.knows {told}", sight.knows(kind)


def seen_by(kind: sight.Kind | None, told: str) -> Iterator[tuple[str, Statement[Any]]]:
    """Return what is asked of conversations in sight."""
    yield f"sorting.TAG_COUNTS{told}", sorting.tag_counts(kind)
    yield f"bulk.CONVERSATIONS_WITH{told}", bulk.conversations_with(kind)
    yield f"history.HISTORY{told}", history.history(kind)
    yield f"joins.ALIKE{told}", joins.alike(kind)


@pytest.fixture
def connection(sqlite_database: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(sqlite_database)
    yield opened
    opened.close()


def plan(connection: sqlite3.Connection, statement: Statement[Any]) -> list[str]:
    given: dict[str, object] = dict.fromkeys(re.findall(r":(\w+)", statement.sql), 1)
    lists = ("ids", "inboxes", "verbs")
    given |= {name: "[1]" for name in given if name in lists or name.startswith("sight_")}
    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", given).fetchall()
    return [row[3] for row in rows]


def reads_a_table_whole(step: str) -> bool:
    """Say whether a step reads all rows of a table: neither an index nor made-up rows."""
    made_up = ("VIRTUAL TABLE", "CONSTANT ROW", "SUBQUERY", "USING INDEX", "USING COVERING INDEX")
    bare = re.match(r"SCAN (\w+)$", step)
    return step.startswith("SCAN") and not any(word in step for word in made_up) and bool(bare)


def tables_of(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def test_no_query_reads_a_table_from_end_to_end(connection: sqlite3.Connection) -> None:
    tables = tables_of(connection) - SMALL
    slow = {}
    for name, statement in statements():
        steps = plan(connection, statement)
        whole = [step for step in steps if reads_a_table_whole(step) and step.split()[1] in tables]
        if whole and name not in WHOLE:
            slow[name] = whole
    assert slow == {}


@pytest.mark.parametrize("name", HOT)
def test_a_hot_query_leans_on_its_index(connection: sqlite3.Connection, name: str) -> None:
    steps = plan(connection, dict(statements())[name])
    for wanted in HOT[name]:
        assert any(wanted in step for step in steps), steps


@pytest.mark.parametrize("name", ["messages.MESSAGES_BEFORE", "messages.VISIBLE_BEFORE"])
def test_a_page_of_a_thread_is_not_sorted(connection: sqlite3.Connection, name: str) -> None:
    steps = plan(connection, dict(statements())[name])
    assert not [step for step in steps if "TEMP B-TREE" in step]
