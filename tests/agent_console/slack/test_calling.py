"""Nobody is ever called by what a customer writes or is called."""

from pathlib import Path

import pytest

from agent_console.surface import Answer, Hint
from bridge.sandbox.slack import Message, called
from tests.agent_console.slack.test_pressing import line
from tests.agent_console.slack.workspace import Workspace, a_card, a_file

CALLS = [
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<@U0SHOP00001>",
    "<!subteam^S0TEAM0001>",
    "@channel @here @anna",
    "**<!channel>**",
    "`<!channel>` ```<!here>```",
    "[<!channel>](https://example.com)",
    "[x](https://example.com/<!channel>)",
    "https://example.com/<!channel>",
    "> <!channel>",
    "- <@U0SHOP00001>",
    "<!chan\\nel> &lt;!channel&gt; &amp;lt;!channel>",
    "<https://example.com|<!channel>>",
    "a" * 2990 + "<!channel>",
]


def test_the_model_knows_who_is_called() -> None:
    assert called(Message("1.1", "<!channel> <@U0SHOP00001>")) == {"!channel", "@U0SHOP00001"}
    assert called(Message("1.1", "@channel", parse="client")) == {"@channel"}
    assert called(Message("1.1", "x", blocks=[{"text": {"type": "mrkdwn", "text": "<!here>"}}]))
    assert not called(Message("1.1", "&lt;!channel&gt; @channel"))


@pytest.mark.parametrize("words", CALLS)
@pytest.mark.parametrize("form", ["markdown", "plain"])
async def test_a_customers_words_call_nobody_wherever_they_stand(
    silent: Workspace, tmp_path: Path, words: str, form: str
) -> None:
    card = a_card(title=words, said=words, state=words, lines=[(words, words)], inbox=words)
    thread = await silent.thread(card=card)
    await silent.surface.draw(thread, card)
    more = {"format": form, "author": words}
    post = silent.post(words, **more)
    (ts,) = (await silent.surface.post(thread, post)).external_ids
    await silent.surface.change(thread, post, [ts])
    for role in ("event", "note", "colleague"):
        await silent.surface.post(thread, silent.post(words, **more, role=role, reply_to=ts))
    media = [a_file(tmp_path, "a.txt", b"a")]
    files = silent.post(words, **more, media=media, reply_to=ts)
    receipt = await silent.surface.post(thread, files)
    await silent.surface.change(thread, files, receipt.external_ids)
    await silent.surface.tell(thread, Hint(to=silent.anna.id, text=words))
    await silent.surface.tell(thread, Hint(to="", text=words))
    shown = [
        *silent.support.messages.values(),
        *(one for _, one in silent.support.whispers.values()),
    ]
    assert len(shown) == 8
    assert [called(one) for one in shown] == [set()] * len(shown)
    assert not silent.refusals()


async def test_lists_of_conversations_call_nobody_either() -> None:
    async with Workspace().open() as workspace:
        found = [line(n, title=words, said=words, state=words) for n, words in enumerate(CALLS)]
        workspace.desk.otherwise = lambda _: Answer(text=CALLS[0], lists={CALLS[0]: found})
        async with workspace.running():
            thread = await workspace.thread()
            await workspace.anna.presses(thread.place, thread.id, "do:take:0")
    ((_, shown),) = workspace.support.whispers.values()
    assert called(shown) == set()
