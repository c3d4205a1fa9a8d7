"""An agent's verbs: checked against `routing.access`, carried out in one transaction.

Every staff surface calls these, so that what is allowed in one is allowed in all. Each
function takes the transaction first and raises `RefusedError`; `taken` names the colleague.
"""

from agent_console.actions.blocks import block, unblock
from agent_console.actions.chats import chats_among, chats_of, open_chat, read_chat, said, say
from agent_console.actions.contacts import ContactEdit, add_contact_note, edit_contact
from agent_console.actions.conversations import (
    add_participants,
    assign,
    assign_team,
    close,
    join,
    leave,
    link,
    release,
    remove_participant,
    reopen,
    take,
    unlink,
)
from agent_console.actions.drafts import drafts, put_draft
from agent_console.actions.following import follow, unfollow
from agent_console.actions.forwarding import forward
from agent_console.actions.invitations import invite, invite_back
from agent_console.actions.joining import join_contacts, others, set_apart, undo_join
from agent_console.actions.messages import (
    delete,
    edit,
    note,
    reply,
    retry,
    retry_mail,
    settle,
    settle_mail,
)
from agent_console.actions.portraits import remove_portrait, set_portrait
from agent_console.actions.quick_replies import QuickReplies, quick_replies_of
from agent_console.actions.reading import mark_read, mark_unread
from agent_console.actions.rights import may_edit_contacts, may_reply
from agent_console.actions.sight import may_open, person, seen, seen_message, sight_on
from agent_console.actions.snoozing import snooze, snooze_choices, unsnooze
from agent_console.actions.sorting import (
    add_tag,
    add_topic,
    drop_other_topic,
    drop_tag,
    drop_topic,
    set_other_topic,
    set_status,
)
from agent_console.actions.tickets import create_ticket, retry_ticket
from agent_console.actions.trash import delete_conversation, purge, restore, unsent
from agent_console.actions.views import (
    add_view,
    change_view,
    drop_view,
    order_views,
    views_of,
)

__all__ = [
    "ContactEdit",
    "QuickReplies",
    "add_contact_note",
    "add_participants",
    "add_tag",
    "add_topic",
    "add_view",
    "assign",
    "assign_team",
    "block",
    "change_view",
    "chats_among",
    "chats_of",
    "close",
    "create_ticket",
    "delete",
    "delete_conversation",
    "drafts",
    "drop_other_topic",
    "drop_tag",
    "drop_topic",
    "drop_view",
    "edit",
    "edit_contact",
    "follow",
    "forward",
    "invite",
    "invite_back",
    "join",
    "join_contacts",
    "leave",
    "link",
    "mark_read",
    "mark_unread",
    "may_edit_contacts",
    "may_open",
    "may_reply",
    "note",
    "open_chat",
    "order_views",
    "others",
    "person",
    "purge",
    "put_draft",
    "quick_replies_of",
    "read_chat",
    "release",
    "remove_participant",
    "remove_portrait",
    "reopen",
    "reply",
    "restore",
    "retry",
    "retry_mail",
    "retry_ticket",
    "said",
    "say",
    "seen",
    "seen_message",
    "set_apart",
    "set_other_topic",
    "set_portrait",
    "set_status",
    "settle",
    "settle_mail",
    "sight_on",
    "snooze",
    "snooze_choices",
    "take",
    "unblock",
    "undo_join",
    "unfollow",
    "unlink",
    "unsent",
    "unsnooze",
    "views_of",
]
