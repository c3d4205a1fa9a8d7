"""What a conversation looks like in Slack."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent_console.surface import Hint, PlaceGoneError, PostGoneError, Press, ThreadGoneError
from bridge.channel import RejectedError
from bridge.sandbox.slack import BOT_USER
from tests.agent_console.slack.workspace import Workspace, a_card, a_file


def texts(blocks: object) -> str:
    """Return all texts of blocks."""
    if isinstance(blocks, dict):
        own = blocks["text"] if isinstance(blocks.get("text"), str) else ""
        return own + "\n".join(texts(one) for one in blocks.values())
    if isinstance(blocks, list | tuple):
        return "\n".join(texts(one) for one in blocks)
    return ""


# --- Cards ---------------------------------------------------------------------------


async def test_a_conversation_is_a_thread_below_its_card(silent: Workspace) -> None:
    thread = await silent.thread(7)
    root = silent.message(thread.id)
    shown = texts(root.blocks)
    for what in (
        "Олена Петренко",
        "Shop bot",
        "Ukrainian",
        "Де моє замовлення? 🐤",
        "nobody has it",
    ):
        assert what in shown
    assert "https://support.example.com/console/all/7" in shown
    assert "Олена Петренко" in root.text
    assert (root.thread_ts, thread.place, thread.card) == (None, silent.support.id, thread.id)


async def test_a_cards_buttons_and_its_menu_carry_the_conversation(silent: Workspace) -> None:
    thread = await silent.thread(7)
    (actions,) = [one for one in silent.message(thread.id).blocks if one["type"] == "actions"]
    take, assign, close, more = actions["elements"]
    assert [one["value"] for one in (take, assign, close)] == ["7|take|", "7|assign|", "7|close|"]
    assert take["style"] == "primary"
    assert more["type"] == "overflow"
    assert [one["value"] for one in more["options"]] == ["7|note|", "7|block|"]


async def test_a_long_menu_is_a_list_to_choose_from(silent: Workspace) -> None:
    more = [Press(verb=f"verb{n}", label=f"Verb {n}") for n in range(12)]
    thread = await silent.thread(card=a_card(more=more))
    menu = silent.message(thread.id).blocks[-1]["elements"][-1]
    assert (menu["type"], len(menu["options"])) == ("static_select", 12)
    assert menu["placeholder"]["text"] == "More"


async def test_a_card_is_changed_in_its_place(silent: Workspace) -> None:
    thread = await silent.thread()
    taken = a_card(look="answer", state="Anna has it")
    await silent.surface.draw(thread, taken)
    await silent.surface.draw(thread, taken)
    assert "Anna has it" in texts(silent.message(thread.id).blocks)
    assert len(silent.support.messages) == 1


async def test_a_closed_conversations_card_collapses_and_bears_a_tick(silent: Workspace) -> None:
    thread = await silent.thread()
    closed = a_card(look="closed", state="Closed by Anna", buttons=[], more=[])
    await silent.surface.draw(thread, closed)
    await silent.surface.shut(thread, shut=True)
    root = silent.message(thread.id)
    assert len(root.blocks) == 1
    assert "Closed by Anna" in texts(root.blocks)
    assert "замовлення" not in texts(root.blocks)
    assert list(root.reactions) == ["white_check_mark"]
    await silent.surface.shut(thread, shut=False)
    await silent.surface.draw(thread, a_card())
    assert not silent.message(thread.id).reactions
    assert "замовлення" in texts(silent.message(thread.id).blocks)


async def test_a_card_may_be_left_as_it_is_when_the_conversation_is_closed() -> None:
    async with Workspace(on_close="nothing").open() as workspace:
        thread = await workspace.thread()
        await workspace.surface.draw(thread, a_card(look="closed", state="Closed"))
        await workspace.surface.shut(thread, shut=True)
        root = workspace.message(thread.id)
        assert "замовлення" in texts(root.blocks)
        assert not root.reactions


async def test_a_card_holds_whatever_is_known_at_any_length(silent: Workspace) -> None:
    card = a_card(
        title="Ї" * 900,
        state="&" * 4000,
        lines=[(f"<label {n}>" * 40, "&<>" * 900) for n in range(40)],
        said="<&>" * 5000,
        buttons=[Press(verb=f"v{n}", label="<&>" * 60, value="x" * 3000) for n in range(24)],
        more=[Press(verb=f"m{n}", label="Ё" * 200, value="y" * 400) for n in range(120)],
    )
    thread = await silent.thread(card=card)
    await silent.surface.draw(thread, card)
    assert not silent.refusals()


async def test_a_deleted_card_is_a_thread_that_is_gone(silent: Workspace) -> None:
    thread = await silent.thread()
    silent.support.remove(thread.id)
    with pytest.raises(ThreadGoneError):
        await silent.surface.draw(thread, a_card())


# --- Posts ---------------------------------------------------------------------------


async def test_a_customer_speaks_under_their_own_name_and_picture(silent: Workspace) -> None:
    thread = await silent.thread()
    said = silent.post("Привіт 🐤", photo="https://support.example.com/media/1.png")
    receipt = await silent.surface.post(thread, said)
    (shown,) = silent.replies(thread)
    assert receipt.external_ids == [shown.ts]
    assert (shown.text, shown.username, shown.thread_ts) == ("Привіт 🐤", "Олена", thread.id)
    assert shown.icons == {"image_48": "https://support.example.com/media/1.png"}


async def test_marks_of_ours_become_slacks(silent: Workspace) -> None:
    thread = await silent.thread()
    text = (
        "**bold** _it_ ~~out~~ `code` [a link](https://example.com/?a=1&b=2)\n\n> quoted\n\n- one"
    )
    await silent.surface.post(thread, silent.post(text))
    (shown,) = silent.replies(thread)
    assert "*bold* _it_ ~out~ `code` <https://example.com/?a=1&amp;b=2|a link>" in shown.text
    assert "> quoted" in shown.text
    assert "• one" in shown.text


async def test_links_are_not_unfolded(silent: Workspace) -> None:
    thread = await silent.thread()
    await silent.surface.post(thread, silent.post("https://example.com"))
    for call in silent.slack.ledger.of("chat.postMessage"):
        assert call.args["unfurl_links"] is False
        assert call.args["unfurl_media"] is False


async def test_notes_events_and_colleagues_are_told_apart(silent: Workspace) -> None:
    thread = await silent.thread()
    for role in ("colleague", "note", "event", "program"):
        await silent.surface.post(thread, silent.post("Так", role=role, author="Anna"))
    colleague, note, event, program = silent.replies(thread)
    assert (colleague.text, note.text, event.text) == ("Так", "🔒 Так", "_Так_")
    assert event.blocks[0]["type"] == "context"
    icons = [one.icons for one in (colleague, note, event, program)]
    assert len({str(one) for one in icons}) == 4


async def test_what_may_be_there_twice_and_what_was_changed_says_so(silent: Workspace) -> None:
    thread = await silent.thread()
    first = silent.post("Так")
    ids = (await silent.surface.post(thread, replace(first, again=True))).external_ids
    assert "twice" in silent.replies(thread)[0].text
    await silent.surface.change(thread, replace(first, text="Ні", edited=True), ids)
    assert silent.replies(thread)[0].text == "Ні ✏️"


async def test_a_quote_leads_to_what_is_quoted(silent: Workspace) -> None:
    await silent.surface.check()
    thread = await silent.thread()
    (first,) = (await silent.surface.post(thread, silent.post("Скільки <це> коштує?"))).external_ids
    await silent.surface.post(thread, silent.post("Вже дізналася", reply_to=first))
    quote, said = silent.replies(thread)[1].text.split("\n")
    assert quote.startswith("> Олена: Скільки &lt;це&gt; коштує? <https://shop.slack.com/archives/")
    assert f"p{first.replace('.', '')}?thread_ts={thread.id}" in quote
    assert said == "Вже дізналася"


async def test_the_longest_text_of_nothing_but_ampersands_is_all_there(silent: Workspace) -> None:
    thread = await silent.thread()
    most = silent.surface.capabilities.max_text or 0
    receipt = await silent.surface.post(thread, silent.post("&" * most, format="plain"))
    (shown,) = silent.replies(thread)
    assert texts(shown.blocks).count("&amp;") == most
    await silent.surface.change(
        thread, silent.post("<" * most, format="plain"), receipt.external_ids
    )
    assert texts(silent.replies(thread)[0].blocks).count("&lt;") == most
    assert not silent.refusals()


async def test_a_long_text_that_becomes_short_loses_its_blocks(silent: Workspace) -> None:
    thread = await silent.thread()
    ids = (await silent.surface.post(thread, silent.post("&" * 2000))).external_ids
    await silent.surface.change(thread, silent.post("коротко"), ids)
    (shown,) = silent.replies(thread)
    assert (shown.text, list(shown.blocks)) == ("коротко", [])


async def test_a_post_is_taken_away_once_and_for_all(silent: Workspace) -> None:
    thread = await silent.thread()
    ids = (await silent.surface.post(thread, silent.post("Ой"))).external_ids
    await silent.surface.remove(thread, ids)
    await silent.surface.remove(thread, ids)
    assert not silent.replies(thread)
    with pytest.raises(PostGoneError):
        await silent.surface.change(thread, silent.post("Ні"), ids)


async def test_buttons_below_a_post_are_of_its_thread(silent: Workspace) -> None:
    thread = await silent.thread()
    press = Press(verb="retry", label="Send again", value="5")
    await silent.surface.post(thread, silent.post("Ой", role="event", buttons=[press]))
    assert silent.replies(thread)[0].blocks[-1]["elements"][0]["value"] == "|retry|5"


# --- Files ---------------------------------------------------------------------------


async def test_an_album_is_one_message_with_its_words(silent: Workspace, tmp_path: Path) -> None:
    thread = await silent.thread()
    media = [a_file(tmp_path, "чек.pdf", b"%PDF"), a_file(tmp_path, "b.png", b"png", "image")]
    receipt = await silent.surface.post(thread, silent.post("Ось **чек**", media=media))
    (shown,) = silent.replies(thread)
    assert receipt.external_ids == [shown.ts, *(one.id for one in shown.files)]
    assert [(one.name, one.content) for one in shown.files] == [
        ("чек.pdf", b"%PDF"),
        ("b.png", b"png"),
    ]
    assert "*Олена*\nОсь *чек*" in texts(shown.blocks)


async def test_files_go_with_the_message_that_is_taken_away(
    silent: Workspace, tmp_path: Path
) -> None:
    thread = await silent.thread()
    media = [a_file(tmp_path, "a.txt", b"a")]
    ids = (await silent.surface.post(thread, silent.post(media=media))).external_ids
    await silent.surface.remove(thread, ids)
    assert not silent.replies(thread)
    assert not silent.slack.team.files


async def test_a_file_that_is_not_there_is_refused_before_anything_is_shown(
    silent: Workspace, tmp_path: Path
) -> None:
    thread = await silent.thread()
    media = [a_file(tmp_path, "a.txt", b"a")]
    (tmp_path / "a.txt").unlink()
    with pytest.raises(RejectedError):
        await silent.surface.post(thread, silent.post(media=media))
    assert not silent.replies(thread)


# --- People --------------------------------------------------------------------------


async def test_a_hint_is_seen_by_one_person_in_the_thread(silent: Workspace) -> None:
    thread = await silent.thread()
    hint = Hint(
        to=silent.anna.id, text="Link your account", buttons=[Press(verb="take", label="T")]
    )
    await silent.surface.tell(thread, hint)
    ((whom, shown),) = silent.support.whispers.values()
    assert (whom, shown.text, shown.thread_ts) == (silent.anna.id, "Link your account", thread.id)
    assert not silent.replies(thread)


async def test_a_hint_for_nobody_in_particular_is_seen_by_everybody(silent: Workspace) -> None:
    thread = await silent.thread()
    await silent.surface.tell(thread, Hint(to="", text="It did not arrive"))
    assert silent.replies(thread)[0].text == "It did not arrive"


# --- Places --------------------------------------------------------------------------


async def test_a_team_has_its_channel_and_everything_else_the_default(silent: Workspace) -> None:
    support, general = silent.support.id, silent.general.id
    assert silent.surface.places("support", "shop_tg") == [support, general]
    assert silent.surface.places("sales", "shop_tg") == [general]
    assert silent.surface.places(None, "shop_tg") == [general]
    only = silent.new_surface(channels={"support": support})
    assert only.places("sales", "shop_tg") == []
    assert only.every_place() == [support]
    assert silent.surface.every_place() == [general, support], "what is for everything comes first"


async def test_a_lost_channel_is_reached_once_it_is_back(silent: Workspace) -> None:
    place, anna = silent.support.id, silent.anna
    await silent.surface.reach(place)
    await anna.archives(place)
    with pytest.raises(PlaceGoneError, match="archived"):
        await silent.surface.reach(place)
    await anna.archives(place, again=True)
    await anna.removes_app(place)
    with pytest.raises(PlaceGoneError, match="invite"):
        await silent.surface.reach(place)
    await anna.invites_app(place)
    await silent.surface.reach(place)


async def test_a_thread_has_an_address_once_the_workspace_is_known(silent: Workspace) -> None:
    thread = await silent.thread()
    assert silent.surface.url(thread) is None
    await silent.surface.check()
    name = thread.id.replace(".", "")
    assert silent.surface.url(thread) == f"https://shop.slack.com/archives/{thread.place}/p{name}"


@pytest.mark.parametrize("trouble", ["archived", "left", "deleted", "restricted"])
async def test_a_place_that_is_lost_says_so(silent: Workspace, trouble: str) -> None:
    thread = await silent.thread()
    channel = silent.support
    channel.is_archived = trouble == "archived"
    channel.restricted = trouble == "restricted"
    if trouble == "left":
        channel.members.discard(BOT_USER)
    if trouble == "deleted":
        del silent.slack.team.channels[channel.id]
    with pytest.raises(PlaceGoneError):
        await silent.surface.post(thread, silent.post("Привіт"))
