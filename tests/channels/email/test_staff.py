"""Agents' answers to our mails: proven, or nobody's."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bridge.channel import Continuation
from channels.email.channel import EmailChannel
from tests.channels.email.mails import letter
from tests.channels.email.rig import EmailRig

OLGA = "olga@example.net"
THREAD = "agent:7:1700000000000:1800000000000:olga"


@dataclass
class Staff:
    """A core that knows one agent, and notes what they say."""

    said: list[dict[str, Any]] = field(default_factory=list)
    knows: bool = True

    async def owner(self, thread: str, sender: str) -> str | None:
        return "agent:olga" if self.knows and (thread, sender) == (THREAD, OLGA) else None

    async def answer(
        self,
        thread: str,
        sender: str,
        text: str,
        *,
        files: Sequence[str],
        lost: Sequence[str],
        key: str,
    ) -> None:
        given = {"thread": thread, "sender": sender, "text": text, "key": key}
        self.said.append(given | {"files": list(files), "lost": list(lost)})


@pytest.fixture
def staff(rig: EmailRig) -> Staff:
    """Have agents answer by this mailbox."""
    core = Staff()
    rig.context = replace(rig.context, staff=core)
    rig.channel = EmailChannel(rig.settings, rig.context)
    return core


async def mailed(desk: EmailRig, to: str = OLGA) -> str:
    """Mail an agent; return the Message-ID."""
    continues = Continuation(subject="Olena is waiting")
    part = desk.part(to, "Hi?", thread=THREAD, continues=continues, author=None, automatic=True)
    return (await desk.channel.send(part, key=f"{part.message_id}")).external_ids[0]


async def test_o19_an_answer_is_the_agents_without_what_it_quotes(
    staff: Staff, desk: EmailRig
) -> None:
    ours = await mailed(desk)
    text = "Tomorrow.\n\nOn 1 Nov 2026, at 12:00, Shop <help@example.com> wrote:\n> Hi?\n"
    await desk.arrives(letter(text, sender=OLGA, answers=ours, files={"a.txt": b"a", "b.txt": b""}))
    [said] = staff.said
    assert (said["thread"], said["sender"], said["text"]) == (THREAD, OLGA, "Tomorrow.")
    assert [desk.media.owners[one] for one in said["files"]] == ["agent:olga"]
    assert desk.core.messages == []


async def test_the_same_mail_again_has_the_same_key(staff: Staff, desk: EmailRig) -> None:
    raw = letter("Tomorrow.", sender=OLGA, answers=await mailed(desk))
    await desk.arrives(raw)
    await desk.arrives(raw)
    first, second = staff.said
    assert first["key"] == second["key"]


async def test_another_sender_speaks_for_nobody(staff: Staff, desk: EmailRig) -> None:
    ours = await mailed(desk)
    await desk.arrives(letter("Pay here", sender="eve@example.org", answers=ours))
    assert (staff.said, desk.core.messages) == ([], [])
    assert len(desk.core.quarantined) == 1


@pytest.mark.parametrize("at", [3, -20, -40])
async def test_an_altered_proof_speaks_for_nobody(staff: Staff, desk: EmailRig, at: int) -> None:
    ours = await mailed(desk)
    altered = ours[:at] + ("a" if ours[at] != "a" else "b") + ours[at + 1 :]
    await desk.arrives(letter("Pay here", sender=OLGA, answers=altered))
    assert staff.said == []


async def test_what_names_another_agent_with_the_old_proof_is_nobodys(
    staff: Staff, desk: EmailRig
) -> None:
    own = desk.channel._threads  # Made as an attacker who has no key would.
    ours = await mailed(desk)
    other = own.message_id(thread=f"~{THREAD}x", recipient=OLGA, unique="1")
    forged = f"{other.rsplit('.', 3)[0]}.{'.'.join(ours.rsplit('@')[0].split('.')[2:])}@example.com"
    await desk.arrives(letter("Pay here", sender=OLGA, answers=forged))
    assert (staff.said, desk.core.messages) == ([], [])
    assert len(desk.core.quarantined) == 1


async def test_an_answer_whose_time_is_over_is_nobodys_message(
    staff: Staff, desk: EmailRig
) -> None:
    ours = await mailed(desk)
    staff.knows = False
    await desk.arrives(letter("Tomorrow.", sender=OLGA, answers=ours))
    assert (staff.said, desk.core.messages) == ([], [])
    assert len(desk.core.quarantined) == 1


async def test_an_agents_address_alone_speaks_for_no_agent(staff: Staff, desk: EmailRig) -> None:
    await mailed(desk)
    await desk.arrives(letter("Hello", sender=OLGA, references=["x@example.net"]))
    assert staff.said == []
    assert [one.text for one in desk.core.messages] == ["Hello"]


async def test_a_note_of_absence_is_never_an_answer(staff: Staff, desk: EmailRig) -> None:
    ours = await mailed(desk)
    assert desk.box.received[-1].mail["auto-submitted"] == "auto-generated"
    await desk.arrives(
        letter("Out of office", sender=OLGA, answers=ours, Auto_Submitted="auto-replied")
    )
    assert (staff.said, desk.core.messages) == ([], [])


async def test_where_no_agent_is_mailed_such_an_answer_is_nobodys(desk: EmailRig) -> None:
    ours = await mailed(desk)
    await desk.arrives(letter("Tomorrow.", sender=OLGA, answers=ours))
    assert desk.core.messages == []
