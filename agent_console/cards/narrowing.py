"""What narrows a list or a search, as an agent chooses it. Pure."""

from dataclasses import dataclass
from typing import Any, Literal

from bridge.store.filters import Filters

# Ids have no hyphen, so these are none.
NONE = "-none"
OTHER = "-other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """The filters; an empty one filters nothing, and all that are given hold at once.

    `team` is an id, or `NONE` for conversations of no team. `topic` is an id, `OTHER` for a
    typed one, or `NONE` for conversations without any. `has_status` is the status it has;
    `or_unset`: or has been given none, while it is open.
    `tags` are ids that a person has all of; `untagged` are people without any. `bot`: those
    that a bot has.
    """

    inbox: str | None = None
    assignee: str | None = None
    language: str | None = None
    last_by: Literal["customer", "agent"] | None = None
    contact: int | None = None
    team: str | None = None
    topic: str | None = None
    has_status: str | None = None
    or_unset: bool = False
    tags: tuple[str, ...] = ()
    untagged: bool = False
    pinned: bool = False
    bot: bool = False

    @property
    def topic_id(self) -> str | None:
        """Return the declared topic that is asked for."""
        return None if self.topic in (NONE, OTHER) else self.topic

    @property
    def team_id(self) -> str | None:
        """Return the team that is asked for."""
        return None if self.team == NONE else self.team

    def filters(self) -> tuple[Filters, dict[str, Any]]:
        """Return which filters the query of a page has, and its parameters."""
        values = {
            "inbox_id": self.inbox,
            "assignee_id": self.assignee,
            "language": self.language,
            "last_by": self.last_by,
            "contact_id": self.contact,
            "team_id": self.team_id,
            "topic_id": self.topic_id,
            "status_id": self.has_status,
        }
        given: dict[str, Any] = {k: v for k, v in values.items() if v is not None}
        which = Filters(
            **{name: name in given for name in values},
            no_team=self.team == NONE,
            other_topic=self.topic == OTHER,
            no_topic=self.topic == NONE,
            or_unset=self.or_unset,
            tags=len(self.tags),
            no_tags=self.untagged,
            pinned=self.pinned,
            bot=self.bot,
        )
        return which, given | {f"tag_{n}": tag for n, tag in enumerate(self.tags)}
