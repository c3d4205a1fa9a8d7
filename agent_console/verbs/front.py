"""What verbs need to know of the configuration, and what is asked of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import NamedTuple

from agent_console.actions import QuickReplies, quick_replies_of
from agent_console.audit import Surface
from bridge.clock import ms
from bridge.models import Agent
from bridge.settings import Agent as DeclaredAgent
from bridge.settings import LocalText, Settings
from routing.desk import Desk


class InboxName(NamedTuple):
    """An inbox as colleagues call it, and its network."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The desk as one surface has it.

    `max_wait` and `block_choices` are in ms; `agents` are those of the YAML, by id.
    """

    desk: Desk
    surface: Surface
    inboxes: Mapping[str, InboxName]
    quick_replies: QuickReplies
    agents: Mapping[str, DeclaredAgent]
    zone: tzinfo
    locale: str
    max_wait: int | None = None
    block_choices: Sequence[int] = ()
    automations: Mapping[str, LocalText | str] = field(default_factory=dict)


def front_of(settings: Settings, desk: Desk, surface: Surface) -> Front:
    """Return what the YAML says, in the verbs' words and units."""
    wait = settings.routing.max_wait
    return Front(
        desk=desk,
        surface=surface,
        inboxes={key: InboxName(one.name, one.type) for key, one in settings.channels.items()},
        quick_replies=quick_replies_of(settings),
        agents=settings.agents,
        zone=settings.locale.timezone,
        locale=settings.locale.default,
        max_wait=None if wait is None else ms(wait),
        block_choices=[ms(one) for one in settings.block.choices],
        automations={key: one.name or key for key, one in settings.automations.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an agent pressed, commanded or filled in.

    `value` is a button's argument or a command's words, `fields` what a form was sent back
    with. `url_of` gives where a conversation is for this agent, `at` when it was done (ms), where
    that may be long ago.
    """

    me: Agent
    language: str
    verb: str
    url_of: Callable[[int], str]
    conversation_id: int | None = None
    value: str = ""
    fields: Mapping[str, Sequence[str]] | None = None
    at: int | None = None
