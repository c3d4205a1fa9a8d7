"""Which automations there are, and which of them an event sets off. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bridge.clock import ms
from bridge.models import Conversation
from bridge.settings import LASTING, Automation, Happening, Trigger
from routing.facts import asked_in

# What is left out is so when it would be said, not when the event has happened.
_LEFT_OUT = "suppress"
AUTOMATION = "automation:"
"""What the kind of a timer begins with that an automation waits for; its id follows."""


@dataclass(frozen=True)
class Automations:
    """The automations of the YAML by their ids, and how far they may go; times in ms."""

    by_id: Mapping[str, Automation] = field(default_factory=dict)
    depth: int = 3
    runs: int = 20
    per: int = 3_600_000

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.by_id)

    @cached_property
    def asked(self) -> frozenset[str]:
        """Return the names of the conditions that any of them has."""
        return asked_in(one.when for one in self.by_id.values())

    @cached_property
    def _acting(self) -> Mapping[str, Automation]:
        return {
            key: one
            for key, one in self.by_id.items()
            if any(do.deed[0] != _LEFT_OUT for do in one.do)
        }

    def on(self, event: Happening) -> Iterator[tuple[str, Automation]]:
        """Yield those that an event sets off, each with its id, in the order of the file."""
        for key, one in self._acting.items():
            if one.when.event == event:
                yield key, one

    @cached_property
    def lasting(self) -> Mapping[str, Automation]:
        """Return those that wait for something to have gone on for a while."""
        return {key: one for key, one in self._acting.items() if one.when.event in LASTING}

    def leaving_out(self, occasion: str) -> Iterator[tuple[str, Automation]]:
        """Yield those that leave out what the program says on an occasion."""
        for key, one in self.by_id.items():
            if any(do.suppress == occasion for do in one.do):
                yield key, one


def begun_at(when: Trigger, conversation: Conversation) -> int | None:
    """Return since when what an automation waits for goes on, in ms; `None` if it does not."""
    if conversation.state != "open" or conversation.paused_at is not None:
        return None
    return conversation.waiting_since if when.event == "waiting" else conversation.last_at


def length_of(when: Trigger) -> int:
    """Return for how long it must go on, in ms."""
    return 0 if when.lasts is None else ms(when.lasts)
