"""What agents write: kept once with its parts, and changed only where it can be."""

import asyncio
from collections.abc import Awaitable

import msgspec
import pytest

from bridge.delivery import PATIENCE, Body
from bridge.models import Message
from bridge.store import conversations as q
from bridge.store import messages as m
from bridge.store.transactions import Tx
from routing import conversations, outbound
from routing.outbound import Written
from routing.policy import LONGEST_TEXT, length_of
from routing.refusal import Code, RefusedError
from tests.databases import by_hand
from tests.routing.test_intake import upload
from tests.routing.world import World

LONG = "слово " * 40  # Three parts where a part takes 100 characters.


async def refused(attempt: Awaitable[object], code: Code) -> RefusedError:
    with pytest.raises(RefusedError) as found:
        await attempt
    assert found.value.code == code
    return found.value


async def bodies(world: World, message_id: int) -> list[Body]:
    parts = await world.deliveries(message_id)
    return [msgspec.json.decode(one.body, type=Body) for one in parts]


async def test_a_reply_is_stored_with_its_delivery_in_one_transaction(world: World) -> None:
    here = await world.begun()
    before = await world.last_event()
    ours = await world.replies("anna", here, "Доставка **безкоштовна** 🎉")
    [part] = await world.deliveries(ours)
    assert (part.state, part.place, part.action, part.part) == ("queued", "pager", "send", 0)
    assert (part.due_at, part.expires_at) == (world.clock.now(), world.clock.now() + PATIENCE)
    assert (await bodies(world, ours))[0].text == "Доставка **безкоштовна** 🎉"
    assert "message.added" in [event.kind for event in await world.events(before)]


async def test_a_long_reply_goes_in_parts_that_fit_the_network(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), LONG)
    texts = [body.text for body in await bodies(world, ours)]
    assert len(texts) == 3
    assert all(len(text) <= 100 for text in texts)
    assert " ".join(texts).split() == LONG.split()


async def test_nobody_waits_any_more_once_answered(world: World) -> None:
    here = await world.begun()
    world.clock.tick(60)
    ours = await world.replies("anna", here)
    conversation = await world.conversation(here)
    assert conversation.waiting_since is None
    assert conversation.last_at == world.clock.now()
    assert conversation.last_message_id == ours


async def test_j33_a_first_reply_takes_the_conversation(world: World) -> None:
    here = await world.begun()
    await world.replies("anna", here)
    assert (await world.conversation(here)).assignee_id == "anna"
    assert (await world.verbs(here)) == ["opened", "taken"]


async def test_d11_of_two_first_replies_at_once_one_takes_it_and_both_are_one_after_the_other(
    world: World,
) -> None:
    here = await world.begun()
    stale = await world.conversation(here)

    def write(agent: str) -> Awaitable[object]:
        written = Written(agent_id=agent, text="я перший")
        return world.store.write(outbound.reply, world.desk, stale, written)

    answers = await asyncio.gather(write("anna"), write("boris"), return_exceptions=True)
    [lost] = [one for one in answers if isinstance(one, RefusedError)]
    assert lost.code == "taken"
    assert await world.texts(here) == ["Привіт 👋", "я перший"]


async def test_s43_a_reply_in_a_closed_conversation_reopens_it(world: World) -> None:
    here = await world.begun()
    await world.takes("boris", here)
    await world.closes("boris", here)
    await world.replies("anna", here)
    now = await world.conversation(here)
    assert (now.state, now.assignee_id) == ("open", "anna")
    assert (await world.activities(here))[-1] == {"verb": "reopened", "by": "anna"}


async def test_d49_a_note_is_for_colleagues_and_never_a_delivery(world: World) -> None:
    here = await world.begun()
    waiting = (await world.conversation(here)).waiting_since
    note = await world.notes("boris", here, "клієнт злий 😡")
    assert await world.deliveries(note) == []
    now = await world.conversation(here)
    assert (now.assignee_id, now.waiting_since) == (None, waiting)
    assert now.last_message_id == note


async def test_a_note_in_a_closed_conversation_leaves_it_closed(world: World) -> None:
    here = await world.begun()
    await world.closes("anna", here)
    await world.notes("boris", here)
    assert (await world.conversation(here)).state == "closed"


@pytest.mark.parametrize("kind", ["replies", "notes"])
async def test_the_same_client_id_again_is_the_same_message(world: World, kind: str) -> None:
    here = await world.begun()
    write = getattr(world, kind)
    first = await write("anna", here, "раз", client_key="anna/1")
    again = await asyncio.gather(
        *(write("anna", here, "раз", client_key="anna/1") for _ in range(20))
    )
    assert set(again) == {first}
    assert (await world.texts(here)).count("раз") == 1
    assert len(await world.deliveries(first)) == (1 if kind == "replies" else 0)


async def test_the_same_client_id_of_another_agent_is_another_message(world: World) -> None:
    here = await world.begun()
    one = await world.replies("anna", here, client_key="anna/1")
    other = await world.notes("boris", here, client_key="boris/1")
    assert one != other


# --- what is refused ---


async def test_nothing_is_no_message(world: World) -> None:
    here = await world.begun()
    for text in ("", " \n\t  "):
        await refused(world.replies("anna", here, text), "empty")
        await refused(world.notes("anna", here, text), "empty")
    # Nobody has taken it by trying.
    assert (await world.conversation(here)).assignee_id is None


async def test_s45_two_thousand_characters_pass_and_one_more_is_refused_spaces_free(
    world: World,
) -> None:
    here = await world.begun(inbox="site", thread="t1")
    await world.replies("anna", here, "я " * 2000)
    no = await refused(world.replies("anna", here, "я " * 2000 + "я"), "too_long")
    assert no.detail == {"limit": 2000, "length": 2001, "unit": "non_space"}


async def test_space_does_not_count_but_cannot_fill_the_disk(world: World) -> None:
    here = await world.begun(inbox="site", thread="t1")
    await refused(world.replies("anna", here, "я" + " " * LONGEST_TEXT), "too_long")


def test_the_length_counts_characters_that_are_no_space_of_any_kind() -> None:
    assert length_of("при віт\n\t\u00a0\u2003🎉") == 7


async def test_what_no_database_can_keep_is_replaced(world: World) -> None:
    here = await world.begun()
    ours = await world.replies("anna", here, "до\x00бре \ud83d\ude00 \ud800")
    assert (await bodies(world, ours))[0].text == "до�бре 😀 �"


async def test_an_inbox_that_is_configured_no_more_takes_no_replies(world: World) -> None:
    here = await world.begun()
    del world.desk.capabilities["pager"]  # type: ignore[attr-defined]
    await refused(world.replies("anna", here), "unsupported")
    await world.notes("anna", here)
    assert (await world.conversation(here)).assignee_id is None


# --- files and quotes ---


async def test_files_go_with_the_message_in_their_order(world: World) -> None:
    here = await world.begun(inbox="site", thread="t1")
    files = [await upload(world, "agent:anna")]
    ours = await world.replies("anna", here, "", attachments=files)
    assert [body.media for body in await bodies(world, ours)] == [files]
    message = await world.store.read(lambda tx: tx.the(m.MESSAGE_BY_ID, id=ours))
    assert message.attachment_count == 1


async def test_a_colleagues_upload_is_not_sent_and_nothing_of_the_reply_is_kept(
    world: World,
) -> None:
    here = await world.begun()
    theirs = await upload(world, "agent:boris")
    await refused(world.replies("anna", here, "ось", attachments=[theirs]), "attachment_unknown")
    assert await world.texts(here) == ["Привіт 👋"]
    assert (await world.conversation(here)).assignee_id is None


async def test_a_quote_is_of_this_conversation_or_none(world: World) -> None:
    here, there = await world.begun("olena"), await world.begun("tom")
    elsewhere = (await world.messages(there))[-1].id
    await refused(world.replies("anna", here, reply_to=elsewhere), "not_found")
    await refused(world.replies("anna", here, reply_to=10**9), "not_found")
    mine = (await world.messages(here))[-1].id
    ours = await world.replies("anna", here, reply_to=mine)
    message = await world.store.read(lambda tx: tx.the(m.MESSAGE_BY_ID, id=ours))
    assert message.reply_to_id == mine


# --- what else follows ---


async def draft(world: World, agent: str, here: int, kind: str) -> str | None:
    found = await world.store.read(
        lambda tx: tx.one(q.DRAFT_OF, agent_id=agent, conversation_id=here, kind=kind)
    )
    return found.text if found else None


async def test_sending_clears_the_draft_of_its_own_kind_only(world: World) -> None:
    here = await world.begun()

    def keep(tx: Tx, agent: str, kind: str) -> None:
        tx.run(
            q.PUT_DRAFT,
            agent_id=agent,
            conversation_id=here,
            kind=kind,
            text="чернетка",
            revision=3,
            at=tx.now,
        )

    for agent, kind in (("anna", "reply"), ("anna", "note"), ("boris", "reply")):
        await world.store.write(keep, agent, kind)
    await world.replies("anna", here)
    assert await draft(world, "anna", here, "reply") == ""
    assert await draft(world, "anna", here, "note") == "чернетка"
    assert await draft(world, "boris", here, "reply") == "чернетка"
    private = [event for event in await world.events() if event.kind == "draft.changed"]
    assert [event.private_to for event in private] == ["anna"]


async def test_who_answers_has_read_what_came_before(world: World) -> None:
    here = await world.begun()
    await world.says("olena")
    ours = await world.replies("anna", here)
    marks = await world.store.read(lambda tx: tx.all(q.READ_MARKS_IN, conversation_id=here))
    assert [(one.agent_id, one.seen, one.message_id) for one in marks] == [("anna", 2, ours)]


async def test_the_close_timer_runs_from_the_reply(world: World) -> None:
    here = await world.begun()
    await world.replies("anna", here)
    [timer] = await world.timers()
    assert (timer.subject, timer.due_at) == (
        f"conversation:{here}",
        world.clock.now() + 15 * 60_000,
    )


# --- sending again ---


async def end(world: World, message_id: int, state: str, *parts: int) -> None:
    for part in parts:
        by_hand(
            world.store,
            "UPDATE deliveries SET state = ?, reason = 'why' WHERE message_id = ? AND part = ?",
            [state, message_id, part],
        )


async def test_s49_what_has_failed_goes_again_from_the_start_of_its_patience(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await end(world, ours, "failed", 0)
    world.clock.tick(3600)
    before = await world.last_event()
    await world.store.write(outbound.retry, ours)
    [part] = await world.deliveries(ours)
    assert (part.state, part.reason, part.attempts) == ("queued", None, 0)
    assert part.expires_at == world.clock.now() + PATIENCE
    assert part.doubled_at is None
    assert [event.kind for event in await world.events(before)] == ["message.changed"]


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "delivered", "read", "uncertain"])
async def test_what_has_not_failed_is_not_sent_again(world: World, state: str) -> None:
    ours = await world.replies("anna", await world.begun())
    await end(world, ours, state, 0)
    await refused(world.store.write(outbound.retry, ours), "state")
    assert await world.states(ours) == [state]


async def test_an_uncertain_message_that_arrived_counts_as_sent(world: World) -> None:
    ours = await world.replies("anna", await world.begun())
    await end(world, ours, "uncertain", 0)
    await world.store.write(outbound.settle, ours, arrived=True)
    [part] = await world.deliveries(ours)
    assert (part.state, part.doubled_at) == ("sent", None)


async def test_an_uncertain_message_sent_again_by_an_agent_is_marked_as_a_double(
    world: World,
) -> None:
    ours = await world.replies("anna", await world.begun())
    await end(world, ours, "uncertain", 0)
    await world.store.write(outbound.settle, ours, arrived=False)
    [part] = await world.deliveries(ours)
    assert (part.state, part.doubled_at) == ("queued", world.clock.now())


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_is_not_uncertain_is_not_settled(world: World, *, arrived: bool) -> None:
    ours = await world.replies("anna", await world.begun())
    await refused(world.store.write(outbound.settle, ours, arrived=arrived), "state")


async def test_what_is_not_there_is_not_sent_again(world: World) -> None:
    await refused(world.store.write(outbound.retry, 404), "not_found")
    await refused(world.store.write(outbound.settle, 404, arrived=True), "not_found")


# --- edits and deletions ---


async def message(world: World, message_id: int) -> Message:
    return await world.store.read(lambda tx: tx.the(m.MESSAGE_BY_ID, id=message_id))


async def edit(world: World, message_id: int, text: str) -> None:
    def work(tx: Tx) -> None:
        outbound.edit(tx, world.desk, tx.the(m.MESSAGE_BY_ID, id=message_id), text)

    await world.store.write(work)


async def delete(world: World, message_id: int) -> None:
    def work(tx: Tx) -> None:
        outbound.delete(tx, world.desk, tx.the(m.MESSAGE_BY_ID, id=message_id))

    await world.store.write(work)


async def test_an_edit_is_a_delivery_of_its_own_and_the_old_text_is_kept(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), "помилка")
    await world.sent(ours, "n1")
    await edit(world, ours, "виправлено")
    parts = await world.deliveries(ours)
    assert [(one.action, one.state, one.revision) for one in parts] == [
        ("send", "sent", 1),
        ("edit", "queued", 2),
    ]
    assert await world.count("message_revisions WHERE text = 'помилка'") == 1


async def test_an_edit_that_changes_how_many_parts_there_are_is_refused(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), "коротко")
    await world.sent(ours, "n1")
    no = await refused(edit(world, ours, LONG), "edit_splits")
    assert no.detail == {"parts": 1}
    assert await world.count("message_revisions") == 0


async def test_what_has_not_gone_out_whole_cannot_be_edited(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), LONG)
    await world.sent(ours, "n0", part=0)
    await refused(edit(world, ours, LONG.replace("слово", "слова", 1)), "state")


async def test_where_the_network_cannot_nothing_is_edited_or_deleted(world: World) -> None:
    ours = await world.replies("anna", await world.begun(inbox="site", thread="t1"))
    await world.sent(ours, "n1")
    await refused(edit(world, ours, "інше"), "unsupported")
    await refused(delete(world, ours), "unsupported")


async def test_a_deletion_goes_to_every_part_that_went_out(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), LONG)
    for part in range(3):
        await world.sent(ours, f"n{part}", part=part)
    await delete(world, ours)
    deletions = [one for one in await world.deliveries(ours) if one.action == "delete"]
    assert [(one.part, one.state) for one in deletions] == [(n, "queued") for n in range(3)]
    before = await world.last_event()
    await delete(world, ours)
    assert await world.last_event() == before


async def test_what_is_deleted_before_it_went_out_never_goes(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), LONG)
    await world.sent(ours, "n0", part=0)
    await end(world, ours, "sending", 1)
    await delete(world, ours)
    found = [(one.action, one.part, one.state) for one in await world.deliveries(ours)]
    # The one on the wire is taken back after it; the one that waits is called off.
    assert sorted(found) == [
        ("delete", 0, "queued"),
        ("delete", 1, "queued"),
        ("send", 0, "sent"),
        ("send", 1, "sending"),
        ("send", 2, "failed"),
    ]
    await refused(world.store.write(outbound.retry, ours), "state")
    await refused(edit(world, ours, "далі"), "state")


async def change_ends(world: World, message_id: int, state: str, revision: int = 2) -> None:
    by_hand(
        world.store,
        "UPDATE deliveries SET state = ?, reason = 'why' WHERE message_id = ? AND revision = ?",
        [state, message_id, revision],
    )


async def test_j34_the_same_text_again_changes_nothing(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), "як є")
    await world.sent(ours, "n1")
    before = await world.last_event()
    await edit(world, ours, "як є")
    assert await world.last_event() == before
    assert len(await world.deliveries(ours)) == 1


async def test_only_the_parts_that_change_are_edited(world: World) -> None:
    text = f"{'перше ' * 16}\n\n{'друге ' * 16}"
    ours = await world.replies("anna", await world.begun(), text)
    for part in range(2):
        await world.sent(ours, f"n{part}", part=part)
    await edit(world, ours, text.replace("перше перше", "перше третє"))
    edits = [one for one in await world.deliveries(ours) if one.action == "edit"]
    assert [one.part for one in edits] == [0]


async def test_an_edit_goes_again_where_the_last_one_failed(world: World) -> None:
    ours = await world.replies("anna", await world.begun(), "один")
    await world.sent(ours, "n1")
    await edit(world, ours, "два")
    await change_ends(world, ours, "failed")
    await edit(world, ours, "один")
    parts = [(one.action, one.state, one.revision) for one in await world.deliveries(ours)]
    assert parts == [("send", "sent", 1), ("edit", "failed", 2), ("edit", "queued", 3)]


async def test_an_older_edit_that_failed_does_not_come_back_over_a_newer_one(
    world: World,
) -> None:
    ours = await world.replies("anna", await world.begun(), "один")
    await world.sent(ours, "n1")
    await edit(world, ours, "два")
    await change_ends(world, ours, "failed")
    await edit(world, ours, "три")
    await change_ends(world, ours, "sent", 3)
    await refused(world.store.write(outbound.retry, ours), "state")


@pytest.mark.parametrize("action", ["edit", "delete"])
async def test_a_change_that_failed_goes_again_when_asked(world: World, action: str) -> None:
    ours = await world.replies("anna", await world.begun(), "один")
    await world.sent(ours, "n1")
    await (edit(world, ours, "два") if action == "edit" else delete(world, ours))
    await change_ends(world, ours, "failed")
    await world.store.write(outbound.retry, ours)
    parts = [(one.action, one.state) for one in await world.deliveries(ours)]
    assert parts == [("send", "sent"), (action, "queued")]


async def test_a_note_is_changed_and_taken_back_without_a_delivery(world: World) -> None:
    note = await world.notes("anna", await world.begun(inbox="site", thread="t1"), "чернетка")
    await edit(world, note, "нотатка")
    changed = await message(world, note)
    assert (changed.text, changed.revision) == ("нотатка", 2)
    await delete(world, note)
    gone = await message(world, note)
    assert gone.deleted_at is not None
    assert await world.deliveries(note) == []
    await refused(edit(world, note, "знову"), "state")


async def test_a_reply_is_nobodys_but_its_conversations(world: World) -> None:
    here, there = await world.begun("olena"), await world.begun("tom")
    await world.replies("anna", here, "для Олени")
    assert await world.texts(there) == ["Привіт 👋"]
    assert (await world.store.read(conversations.get, there)).last_message_id != 0
