"""What a surface needs of the model beyond posting: who is woken, menus, commands, files."""

from bridge.sandbox.slack import called
from tests.bridge.sandbox.slack.app import App

OPTIONS = [{"text": {"type": "plain_text", "text": f"{n}"}, "value": f"v{n}"} for n in range(6)]


async def test_an_update_looks_names_up_unless_told_not_to(app: App) -> None:
    posted = await app.post("@channel")
    message = app.support.message(posted["ts"])
    assert called(message) == set()
    args = {"channel": app.support.id, "ts": posted["ts"], "text": "@channel"}
    await app.ask("chat.update", args)
    assert called(message) == {"@channel"}
    await app.ask("chat.update", args | {"parse": "none"})
    assert called(message) == set()


async def test_a_menu_has_as_many_options_as_slack_allows(app: App) -> None:
    def block(kind: str, options: object) -> list[object]:
        return [
            {"type": "actions", "elements": [{"type": kind, "action_id": "m", "options": options}]}
        ]

    assert (await app.post(blocks=block("overflow", OPTIONS)))["error"] == "invalid_blocks"
    assert (await app.post(blocks=block("overflow", [])))["error"] == "invalid_blocks"
    long = [{**OPTIONS[0], "value": "x" * 151}]
    assert (await app.post(blocks=block("static_select", long)))["error"] == "invalid_blocks"
    ts = (await app.post(blocks=block("static_select", OPTIONS)))["ts"]
    await app.anna.presses(app.support.id, ts, "m", option="v3")
    (action,) = app.slack.ledger.attempts[-1].payload["actions"]
    assert action["selected_option"]["value"] == "v3"


async def test_an_update_without_blocks_leaves_those_that_are_there(app: App) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "old"}}]
    posted = await app.post(blocks=blocks)
    args = {"channel": app.support.id, "ts": posted["ts"], "text": "new"}
    await app.ask("chat.update", args)
    assert app.support.message(posted["ts"]).blocks == blocks
    await app.ask("chat.update", args | {"blocks": []})
    assert not app.support.message(posted["ts"]).blocks


async def test_a_file_tells_in_which_messages_it_is_and_can_be_deleted(app: App) -> None:
    sent = await app.anna.writes(app.support.id, "x", files={"a.png": b"a"})
    (theirs,) = app.support.message(sent.ts).files
    assert (await app.ask("files.delete", {"file": theirs.id}))["error"] == "cant_delete_file"
    told = (await app.ask("files.info", {"file": theirs.id}))["file"]
    assert told["mimetype"] == "image/png"


async def test_a_command_is_told_with_who_typed_it_and_where(app: App) -> None:
    app.receiver.body = {"response_type": "ephemeral", "text": "hello"}
    answer = await app.anna.commands(app.support.id, "find x")
    assert answer.body == app.receiver.body
    payload = app.slack.ledger.attempts[-1].payload
    assert (payload["text"], payload["user_id"]) == ("find x", app.anna.id)


async def test_reactions_can_be_read(app: App) -> None:
    posted = await app.post("x")
    where = {"channel": app.support.id, "timestamp": posted["ts"]}
    await app.ask("reactions.add", where | {"name": "eyes"})
    told = await app.ask("reactions.get", where)
    assert [one["name"] for one in told["message"]["reactions"]] == ["eyes"]


async def test_a_reply_names_its_parents_author_and_a_parent_its_last_reply(app: App) -> None:
    root = await app.post("root")
    reply = await app.anna.writes(app.support.id, "reply", thread_ts=root["ts"])
    told = (await app.ask("conversations.history", {"channel": app.support.id}))["messages"]
    assert told[0]["latest_reply"] == reply.ts
    assert app.support.message(reply.ts).as_json("")["parent_user_id"] == "U0DESKBOT1"


async def test_a_first_message_with_replies_leaves_a_tombstone(app: App) -> None:
    alone, root = await app.post("alone"), await app.post("root")
    await app.anna.writes(app.support.id, "reply", thread_ts=root["ts"])
    app.receiver.told.clear()
    await app.anna.deletes_any(app.support.id, alone["ts"])
    await app.anna.deletes_any(app.support.id, root["ts"])
    gone, changed = app.receiver.events
    assert gone["subtype"] == "message_deleted"
    assert changed["message"]["subtype"] == "tombstone"
