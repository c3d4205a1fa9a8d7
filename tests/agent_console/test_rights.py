"""Who may do what, written out: every door of the API, every role, every state of things.

A door that is not in `rights.txt` fails the build: somebody must say who may pass.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args
from uuid import uuid4

import pytest

from bridge.models import ApiToken, Role, Session
from bridge.store.sessions import SESSIONS_OF
from bridge.store.tokens import TOKENS_OF
from bridge.store.transactions import Tx
from tests.agent_console.bearers import token_of, with_token
from tests.agent_console.conftest import OpenOffice
from tests.agent_console.doors import QUERIES, WORDS, Door, doors
from tests.agent_console.office import Agent, Office
from tests.bridge.media.conftest import picture

TABLE = Path(__file__).with_name("rights.txt").read_text(encoding="utf-8")
WHO: dict[Role, str] = {
    "owner": "olga",
    "supervisor": "anna",
    "agent": "pavel",
    "viewer": "vera",
    "bot": "helper",
}
# How the conversation stands to the agent who asks.
STATES = ("untaken", "mine", "theirs", "helping", "closed")
# Of a refusal its code, where the status does not say enough.
SIGNS = {
    "forbidden": "-",
    "not_found": "0",
    "taken": "t",
    "state": "s",
    "unsupported": "s",
    "suggestions_off": "0",
    # Let in, and asked whether they mean it, or for a code.
    "not_confirmed": "+",
    "bad_code": "+",
    "second_factor_state": "s",
    # For people who have signed in.
    "session_only": "-",
}

Table = dict[tuple[str, str, Role], str]


def table() -> Table:
    """Return what each role may do at each door: a sign for each of `STATES`."""
    found: Table = {}
    door = ("", "")
    for line in TABLE.splitlines():
        if line.startswith((" ", "\t")):
            *roles, signs = line.split()
            found |= {(*door, role): signs for role in roles}  # type: ignore[misc]
        elif line and not line.startswith("#"):
            method, shape = line.split()
            door = (method, shape)
    return found


def inner_doors(office: Office) -> Iterator[Door]:
    """Return the doors behind which there is more than one's own session."""
    for door in doors(office):
        if not door.for_strangers and door.shape != "/api/session":
            yield door


@dataclass(frozen=True, slots=True)
class Staff:
    """Who asks, and who else is there; whoever only looks has everything done for them.

    A bot takes nothing and takes part in nothing: it is given what it has.
    """

    me: Agent
    colleague: Agent
    supervisor: Agent
    role: Role

    @property
    def only_looks(self) -> bool:
        """Say whether `me` never has a conversation."""
        return self.role == "viewer"

    async def take(self, conversation: int) -> None:
        """Have the conversation become that of `me`."""
        if self.role == "bot":
            await self.supervisor.act("assign", conversation, {"agent": me_of(self)})
        else:
            await self.hand.act("take", conversation)

    @property
    def hand(self) -> Agent:
        """Return who does what `me` would have done."""
        return self.colleague if self.only_looks else self.me


@dataclass(frozen=True, slots=True)
class Scene:
    """What a door may name: a conversation, a message in it, and people."""

    numbers: dict[str, int]

    helper: str

    def path(self, door: Door) -> str:
        """Return the door's address in this scene."""
        words = door.template
        for name, word in (WORDS | {"agent_id": self.helper}).items():
            words = words.replace(f"{{{name}:str}}", word)
        path = re.sub(r"{(\w+):int}", lambda name: str(self.numbers[name[1]]), words)
        return path + QUERIES.get(door.shape, "")

    def body(self, door: Door) -> Any:
        """Return a body that the door takes here: what must be new is new each time."""
        new = {
            "client_id": str(uuid4()),
            "kind": "reply",
            "shortcut": uuid4().hex,
            "message_id": self.numbers["message_id"],
            "other": self.numbers.get("other"),
            "ids": [self.numbers["conversation_id"]],
        }
        return {name: new.get(name, given) for name, given in door.body.items()}


# What there is only where the YAML says so, and a bot.
DESK = {
    "agents.helper": {"name": "Helper", "role": "bot"},
    "teams": {"sales": {"members": ["pavel", "ivan"]}},
    "conversation": {"statuses": {"active": {"kind": "open"}, "solved": {"kind": "closed"}}},
    "webhooks": {"crm": {"url": "https://crm.example.com/desk", "secret": "${WEBHOOK_SECRET}"}},
    "meetings": {"url": "https://meet.example.com/{{token}}"},
    "tickets": {"crm": {"name": "CRM", "to": {"webhook": "crm"}}},
}


async def come_to(office: Office, staff: Staff, state: str) -> tuple[int, int]:
    """Have a customer write, and things come to a state; return conversation and message."""
    customer = f"visitor-{office.clock.now()}"
    conversation, _ = await office.customer_writes(customer=customer)
    if state in ("theirs", "helping"):
        await staff.colleague.act("take", conversation)
    elif state != "untaken":
        await staff.take(conversation)
    if state == "helping" and staff.role not in ("viewer", "bot"):
        await staff.colleague.act("participants", conversation, {"agents": [me_of(staff)]})
    elsewhere = staff.role == "bot" and state in ("untaken", "helping")
    writes = staff.colleague if state == "theirs" or elsewhere else staff.hand
    kind = "note" if state == "untaken" else "reply"
    message = (await writes.says(conversation, "Ок", kind=kind))["message"]["id"]
    if state == "closed":
        await staff.hand.act("close", conversation)
    return conversation, message


def me_of(staff: Staff) -> str:
    """Return the id of the agent who asks."""
    found: str = staff.me.session["agent"]["id"]
    return found


async def kept_by(staff: Staff, door: Door) -> dict[str, int]:
    """Make what is the asking agent's own and no conversation; whoever may not, sees another's."""
    keeps = staff.supervisor if staff.role == "bot" else staff.me
    if "{chat_id" in door.template:
        given = {"members": ["ivan", "anna", "olga"], "topic": "x"}
        return {"chat_id": (await keeps.post("/api/chats", given, expect=201))["id"]}
    if "{view_id" in door.template:
        kept = {"name": "x", "query": {"folder": "all"}}
        return {"view_id": (await keeps.post("/api/views", kept, expect=201))["id"]}
    return {}


async def set_scene(office: Office, staff: Staff, door: Door, state: str) -> Scene:
    """Make all that the door names."""
    conversation, message = await come_to(office, staff, state)
    if state != "untaken":
        became = {"retry": "failed", "settle": "uncertain"}.get(door.shape.rpartition("/")[2])
        await office.delivered(message, became or "sent")  # type: ignore[arg-type]
    contact = (await staff.colleague.row(conversation))["conversation"]["contact"]["id"]
    numbers = {"conversation_id": conversation, "message_id": message, "contact_id": contact}
    if "join" in door.shape or "identit" in door.shape:
        other, _ = await office.customer_writes(customer=f"visitor-{office.clock.now()}-other")
        numbers["other"] = (await staff.colleague.row(other))["conversation"]["contact"]["id"]
    if "{join_id" in door.template or "{identity_id" in door.template:
        path = f"/api/contacts/{contact}/joins"
        card = (await staff.colleague.ask("POST", path, {"other": numbers["other"]})).json()
        numbers |= {"join_id": card["joins"][0]["id"], "identity_id": card["identities"][0]["id"]}
    if door.shape.endswith("/unblock"):
        keep_away = {"scope": "identity", "until": None, "reason": "x"}
        await staff.supervisor.act("block", conversation, keep_away)
    if door.shape.endswith(("/restore", "/purge")):
        await staff.supervisor.post(f"/api/conversations/{conversation}/delete", expect=204)
    if "{ticket_id" in door.template:
        path = f"/api/conversations/{conversation}/tickets"
        task = {"target": "crm", "title": "x", "text": "x"}
        numbers["ticket_id"] = (await staff.supervisor.post(path, task, expect=201))["id"]
    numbers |= await kept_by(staff, door)
    if "{token_id" in door.template:
        await token_of(office, me_of(staff))
        numbers["token_id"] = (await office.store.read(newest_token, me_of(staff))).id
    numbers |= await opened_by(office, staff, door)
    helper = "anna" if me_of(staff) == "olga" else "olga"
    if door.shape == "/api/agents/{}/sessions":
        # Somebody whom nobody else here needs.
        helper = "vera"
    if door.shape.endswith("/participants/{}") and state != "closed":
        await staff.supervisor.act("participants", conversation, {"agents": [helper]})
    return Scene(numbers, helper)


def newest_token(tx: Tx, agent_id: str) -> ApiToken:
    """Return the token that an agent was given last."""
    return tx.all(TOKENS_OF, agent=agent_id)[-1]


async def opened_by(office: Office, staff: Staff, door: Door) -> dict[str, int]:
    """Open a session for a door that ends one: the asking agent's, for bots have none."""
    if "{session_id" not in door.template:
        return {}
    whose = "vera" if staff.role == "bot" else me_of(staff)
    await office.sign_in(whose)
    return {"session_id": (await office.store.read(newest_session, whose)).id}


def newest_session(tx: Tx, agent_id: str) -> Session:
    """Return the session that an agent opened last."""
    return max(tx.all(SESSIONS_OF, agent=agent_id, now=tx.now), key=lambda one: one.id)


async def tried(me: Agent, door: Door, scene: Scene) -> str:
    """Knock; return the sign of what came of it."""
    if door.shape == "/api/uploads":
        answer = await me.ask("POST", door.shape, files={"file": ("a.txt", b"a")})
    elif (door.method, door.shape) == ("PUT", "/api/me/photo"):
        answer = await me.ask("PUT", door.shape, files={"file": ("a.png", picture())})
    else:
        answer = await me.ask(door.method, scene.path(door), scene.body(door))
    if answer.status_code < 300:
        return "+"
    code = answer.json()["error"]["code"]
    return SIGNS.get(code, f"<{code}>")


async def test_r66_every_door_is_in_the_table_for_every_role(office: Office) -> None:
    every = itertools.product(inner_doors(office), get_args(Role))
    assert {*table()} == {(door.method, door.shape, role) for door, role in every}


@pytest.mark.parametrize("role", get_args(Role))
async def test_r66_j38_a_role_passes_where_the_table_says(
    an_office: OpenOffice, role: Role
) -> None:
    async with an_office(DESK) as office:
        wanted = {
            f"{method} {shape}": signs
            for (method, shape, of), signs in table().items()
            if of == role
        }
        who = WHO[role]
        me = await (with_token(office, who) if role == "bot" else office.sign_in(who))
        assert await passes(office, role, me) == wanted


async def passes(office: Office, role: Role, me: Agent) -> dict[str, str]:
    """Knock at every door in every state; return the signs of each door."""
    staff = Staff(me, await office.sign_in("ivan"), await office.sign_in("anna"), role)
    found: dict[str, str] = {}
    for door in inner_doors(office):
        name = f"{door.method} {door.shape}"
        for state in STATES:
            scene = await set_scene(office, staff, door, state)
            found[name] = found.get(name, "") + await tried(staff.me, door, scene)
            if name == "DELETE /api/me/sessions" and role == "supervisor":
                # It has ended the other one of theirs.
                staff = replace(staff, supervisor=await office.sign_in("anna"))
    return found
