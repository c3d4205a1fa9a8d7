"""What every transaction of routing needs to know of the configuration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.channel import Capabilities
from bridge.models import Attachment, Occasion
from bridge.settings import LocalText, Status, Ticket, Webhook, When
from routing.policy import Policy
from routing.teams import Teams
from routing.triggers import Automations

# Makes the address with which a token leads back, from the page where its customer was last.
LeadBack = Callable[[str, str | None], str | None]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The inbox by which the conversations of another go on, and whose name customers read."""

    inbox_id: str
    company: str


@dataclass(frozen=True, slots=True)
class AgentMail:
    """By which inbox agents are mailed what they have not seen.

    The rest is what the YAML says of notices, where an agent has chosen nothing else.
    """

    inbox_id: str
    level: str = "teams"
    customers: bool = True
    quiet_off_shift: bool = False
    languages: Mapping[str, Sequence[str]] = field(default_factory=dict)


def _no_link(_what: object) -> str:
    return ""


@dataclass(frozen=True)
class Desk:
    """The policy, and what each inbox's network can do; an inbox that is gone has no entry.

    `mailboxes` says by which inbox those of another go on, `leads_back` what makes a link back
    into an inbox (`CanLeadBack.back_link`), `link_to` gives the address that opens a file for
    whoever has it.

    Everybody holds the one desk of the program, which `become`s another when the
    configuration is read anew.
    """

    policy: Policy
    capabilities: Mapping[str, Capabilities] = field(default_factory=dict)
    mailboxes: Mapping[str, Mailbox] = field(default_factory=dict)
    leads_back: Mapping[str, LeadBack] = field(default_factory=dict)
    link_to: Callable[[Attachment], str] = _no_link
    large_file_link: Callable[[Attachment, int], str] | None = None
    """Gives the address of a file, by when its message was written (ms); `None` where files
    too large for a network are refused instead."""
    says: Mapping[Occasion, LocalText] = field(default_factory=dict)
    """What the program itself tells customers; nothing on an occasion that is not in it."""
    conversation_url: Callable[[int], str] = _no_link
    """Gives the address that opens a conversation in the console."""
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    """The programs outside that may be told of something, by id."""
    tickets: Mapping[str, Ticket] = field(default_factory=dict)
    """The kinds of task that can be made of messages, by id."""
    teams: Teams = field(default_factory=Teams)
    """Who is given what comes in; by default nobody, and everybody sees it."""
    statuses: Mapping[str, Status] = field(default_factory=dict)
    """What agents may give a conversation, beside its being open or closed."""
    automations: Automations = field(default_factory=Automations)
    agent_mail: AgentMail | None = None
    """How agents are mailed what they have not seen; `None` where they are not."""
    begun_when: When | None = None
    """What must be so for `begun` to be said."""

    def become(self, other: "Desk") -> None:
        """Be as `other` from now on, all of it at once for whoever reads in another thread.

        To be called from within a writing transaction, so that none sees two desks.
        """
        object.__setattr__(self, "__dict__", dict(vars(other)))
