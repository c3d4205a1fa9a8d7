"""Buttons, menus, windows, shortcuts, commands and the Home tab."""

import json
from typing import Any

import pytest

from agent_console.surface import Answer, Field, Form, Line, Press, UntakenError
from tests.agent_console.slack.test_showing import texts
from tests.agent_console.slack.workspace import Workspace, a_card
from tests.channels.rig import eventually

FORM = Form(
    verb="assign",
    conversation_id=7,
    title="Кому передати розмову з Оленою?",
    done="Передати",
    fields=[
        Field(
            id="to",
            label="Кому",
            kind="one",
            options=[("boris", "Boris"), ("vera", "Vera")],
            chosen=["vera"],
        ),
        Field(id="tags", label="Мітки", kind="many", options=[("vip", "VIP"), ("new", "Нова")]),
        Field(id="note", label="Нотатка", kind="text", required=False, hint="Лише для колег"),
        Field(id="why", label="Чому", kind="line", chosen=["бо"]),
    ],
)


def line(number: int, **more: Any) -> Line:
    """Return a conversation in a list."""
    given: dict[str, Any] = {
        "conversation_id": number,
        "title": f"Олена {number}",
        "state": "чекає 3 хв",
        "look": "answer",
        "said": "Де моє <!channel> замовлення?",
        "url": f"https://shop.slack.com/archives/C1/p{number}",
    }
    return Line(**given | more)


def whispers(workspace: Workspace) -> list[str]:
    """Return what people were told alone."""
    return [texts(one.blocks).strip() for _, one in workspace.support.whispers.values()]


async def test_a_button_does_its_verb_and_is_answered_to_one_person(workspace: Workspace) -> None:
    workspace.desk.otherwise = lambda _: Answer(text="Тепер вона ваша")
    async with workspace.running():
        thread = await workspace.thread(7)
        assert (await workspace.anna.presses(thread.place, thread.id, "do:take:0")).ok
        await eventually(lambda: whispers(workspace))
    (press,) = workspace.desk.presses
    assert (press.verb, press.conversation_id, press.value) == ("take", 7, "")
    assert press.by.id == workspace.anna.id
    ((whom, _),) = workspace.support.whispers.values()
    assert (whom, whispers(workspace)) == (workspace.anna.id, ["Тепер вона ваша"])


async def test_a_card_without_replies_is_answered_in_the_channel(workspace: Workspace) -> None:
    workspace.desk.otherwise = lambda _: Answer(text="Так")
    async with workspace.running():
        thread = await workspace.thread()
        await workspace.anna.presses(thread.place, thread.id, "do:take:0")
        await workspace.surface.post(thread, workspace.post("Привіт"))
        await workspace.anna.presses(thread.place, thread.id, "do:take:0")
    shown = [one.thread_ts for _, one in workspace.support.whispers.values()]
    assert shown == [None, thread.id]


async def test_a_menu_does_what_was_chosen(workspace: Workspace) -> None:
    async with workspace.running():
        thread = await workspace.thread(7)
        await workspace.anna.presses(thread.place, thread.id, "do:menu", option="7|block|")
        many = [Press(verb=f"v{n}", label=f"V {n}", value="a b") for n in range(9)]
        long = await workspace.thread(8, a_card(8, more=many))
        await workspace.anna.presses(long.place, long.id, "do:menu", option="8|v3|a b")
    assert [(one.verb, one.conversation_id, one.value) for one in workspace.desk.presses] == [
        ("block", 7, ""),
        ("v3", 8, "a b"),
    ]


async def test_a_button_in_a_thread_is_about_the_threads_conversation(workspace: Workspace) -> None:
    async with workspace.running():
        thread = await workspace.thread(7)
        press = Press(verb="settle", label="Send again", value="again 5")
        post = workspace.post("?", role="event", buttons=[press])
        (ts,) = (await workspace.surface.post(thread, post)).external_ids
        await workspace.anna.presses(thread.place, ts, "do:settle:0")
    (pressed,) = workspace.desk.presses
    assert (pressed.verb, pressed.conversation_id, pressed.value) == ("settle", 7, "again 5")


async def test_a_form_is_a_window_and_what_is_filled_in_comes_back(workspace: Workspace) -> None:
    workspace.desk.otherwise = lambda press: (
        Answer(form=FORM) if press.fields is None else Answer(text="Передано")
    )
    async with workspace.running():
        thread = await workspace.thread(7)
        await workspace.surface.post(thread, workspace.post("Привіт"))
        await workspace.anna.presses(thread.place, thread.id, "do:assign:1")
        (view,) = workspace.slack.team.views.values()
        sent = await workspace.anna.submits(
            view["id"],
            {
                "to": {"filled": {"selected_option": {"value": "boris"}}},
                "tags": {"filled": {"selected_options": [{"value": "vip"}, {"value": "new"}]}},
                "note": {"filled": {"value": None}},
                "why": {"filled": {"value": "треба"}},
            },
        )
        assert sent.ok
        assert not workspace.slack.team.views
        await eventually(lambda: whispers(workspace) == ["Передано"])
    first = workspace.desk.presses[0], workspace.desk.presses[-1]
    assert [one.conversation_id for one in first] == [7, 7]
    assert first[1].fields == {
        "to": ["boris"],
        "tags": ["vip", "new"],
        "note": [],
        "why": ["треба"],
    }
    to, _, note, why = [one for one in view["blocks"] if one["type"] == "input"]
    assert to["element"]["initial_option"]["value"] == "vera"
    assert (note["optional"], note["element"]["multiline"]) == (True, True)
    assert why["element"]["initial_value"] == "бо"
    ((_, shown),) = workspace.support.whispers.values()
    assert shown.thread_ts == thread.id


async def test_a_time_is_chosen_or_picked_in_whoevers_own_zone(workspace: Workspace) -> None:
    until = Field(
        id="until", label="Доки", kind="moment", options=[("1h", "1 год"), ("3h", "3 год")]
    )
    form = Form(verb="snooze", conversation_id=7, title="Відкласти", done="Так", fields=[until])
    workspace.desk.otherwise = lambda one: Answer(form=form) if one.fields is None else Answer()
    sent: list[Any] = []
    async with workspace.running():
        for offered, picked in (
            (None, 1_795_000_000),
            ("3h", 1_795_000_000),
            ("3h", None),
            (None, None),
        ):
            thread = await workspace.thread(7)
            await workspace.anna.presses(thread.place, thread.id, "do:take:0")
            await eventually(lambda: workspace.slack.team.views)
            (view_id, view), *_ = workspace.slack.team.views.items()
            kinds = [one["element"]["type"] for one in view["blocks"]]
            assert kinds == ["static_select", "datetimepicker"]
            chosen = None if offered is None else {"value": offered}
            values: dict[str, Any] = {
                "until": {"filled": {"type": "static_select", "selected_option": chosen}},
                "until:own": {"filled": {"type": "datetimepicker", "selected_date_time": picked}},
            }
            assert (await workspace.anna.submits(view_id, values)).ok
            sent.append(workspace.desk.presses[-1].fields)
    own = {"until": ["1795000000000"]}
    assert sent == [own, own, {"until": ["3h"]}, {"until": []}]
    assert not workspace.refusals()


async def test_a_window_that_is_refused_stays_open_and_says_why(workspace: Workspace) -> None:
    workspace.desk.otherwise = lambda press: (
        Answer(form=FORM) if press.fields is None else Answer(text="Вера пішла", refused=True)
    )
    async with workspace.running():
        thread = await workspace.thread(7)
        await workspace.anna.presses(thread.place, thread.id, "do:assign:1")
        (view,) = workspace.slack.team.views.values()
        values = {"to": {"filled": {"selected_option": {"value": "vera"}}}}
        sent = await workspace.anna.submits(view["id"], values)
    assert sent.body == {"response_action": "errors", "errors": {"to": "Вера пішла"}}
    assert workspace.slack.team.views


async def test_a_form_of_more_options_than_a_list_holds_is_shown_in_groups(
    workspace: Workspace,
) -> None:
    many = [(f"reply{n}", "Є" * 90 + str(n)) for n in range(250)]
    form = Form(
        verb="template",
        conversation_id=7,
        title="Шаблон",
        done="Вставити",
        fields=[Field(id="which", label="Який", kind="one", options=many)],
    )
    workspace.desk.otherwise = lambda _: Answer(form=form)
    async with workspace.running():
        thread = await workspace.thread(7)
        await workspace.anna.presses(thread.place, thread.id, "do:take:0")
    (view,) = workspace.slack.team.views.values()
    assert [len(one["options"]) for one in view["blocks"][0]["element"]["option_groups"]] == [
        100,
        100,
        50,
    ]


async def test_a_window_that_comes_too_late_is_said(workspace: Workspace) -> None:
    workspace.desk.otherwise = lambda _: Answer(form=FORM)
    async with workspace.running():
        thread = await workspace.thread(7)
        workspace.slack.faults.plan("views.open", _refusal("expired_trigger_id"))
        await workspace.anna.presses(thread.place, thread.id, "do:assign:1")
        await eventually(lambda: whispers(workspace))
    assert "too long" in whispers(workspace)[0]


async def test_a_shortcut_of_a_message_is_a_verb_about_its_threads_conversation(
    workspace: Workspace,
) -> None:
    async with workspace.running():
        thread = await workspace.thread(7)
        written = await workspace.anna.writes(thread.place, "Так", thread_ts=thread.id)
        await workspace.anna.shortcuts(thread.place, written.ts, "note")
        await workspace.boris.shortcuts(thread.place, thread.id, "close")
    pressed = [(one.verb, one.conversation_id, one.value) for one in workspace.desk.presses]
    assert pressed == [("note", 7, ""), ("close", 7, "")]


async def test_a_command_is_answered_to_whoever_typed_it(workspace: Workspace) -> None:
    workspace.desk.otherwise = lambda _: Answer(
        text="Знайдено", lists={"Знайдено": [line(1), line(2)]}
    )
    async with workspace.running():
        answer = await workspace.anna.commands(workspace.general.id, "find де моє")
    (press,) = workspace.desk.presses
    assert (press.verb, press.value, press.conversation_id) == ("find", "де моє", None)
    assert answer.body["response_type"] == "ephemeral"
    shown = texts(answer.body["blocks"])
    assert "<https://shop.slack.com/archives/C1/p2|Олена 2>" in shown
    assert "&lt;!channel&gt;" in shown


async def test_what_is_no_command_is_answered_with_what_there_is(workspace: Workspace) -> None:
    async with workspace.running():
        for text in ("", "close 5", "ONLINE", "take"):
            await workspace.anna.commands(workspace.general.id, text)
    assert [one.verb for one in workspace.desk.presses] == ["help", "help", "online", "help"]


async def test_a_press_of_no_known_shape_is_kept_aside_and_answered(workspace: Workspace) -> None:
    async with workspace.running():
        for broken in ({"type": "block_actions"}, {"type": "view_submission", "view": {}}):
            told = {**broken, "trigger_id": "secret-trigger", "token": "verification"}
            assert (await workspace.slack.telling.interaction(told)).ok
        assert (await workspace.slack.telling.interaction({"type": "hologram"})).ok
    assert len(workspace.desk.aside) == 2
    assert "secret-trigger" not in json.dumps([str(one) for one in workspace.desk.aside])
    for raw, _ in workspace.desk.aside:
        with pytest.raises(UntakenError, match="cannot be pressed for them later"):
            await workspace.surface.take_again(raw)


def _refusal(error: str) -> Any:
    from bridge.sandbox.faults import Fault  # noqa: PLC0415  # One use.

    return Fault(error=error)
