"""What the YAML says, in the words and the units of routing."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bridge.backup import Places
from bridge.channel import Capabilities, Channel, WayOn
from bridge.clock import ms
from bridge.media import MediaStore
from bridge.models import Attachment, Occasion
from bridge.settings import Agent, Bot, LocalText, Settings, Team
from bridge.settings.sections.flood import Flood, FloodLimit
from bridge.store.transactions import Store
from routing.desk import AgentMail, Desk, Mailbox
from routing.eraser import Eraser
from routing.flood import HOUR, MINUTE, Bucket, FloodLimits
from routing.housekeeping import Housekeeping
from routing.policy import BotPolicy, Policy, TeamPatience
from routing.purging import Purger
from routing.retention import Retained, let_go
from routing.teams import teams_of
from routing.triggers import Automations
from routing.way_back import ways_back


def ways_of(settings: Settings) -> Sequence[WayOn]:
    """Return every inbox, as one that a conversation may go on in."""
    return [
        WayOn(inbox_id=key, kind=one.type, name=one.name) for key, one in settings.channels.items()
    ]


def policy_of(settings: Settings) -> Policy:
    """Return what the YAML says about conversations, in routing's units."""
    routing, permissions = settings.routing, settings.permissions.agent
    customer, conversation = settings.notify.customer, settings.conversation
    rating = conversation.rating
    return Policy(
        auto_offline=_ms(routing.auto_offline),
        away_after=_ms(routing.away_after),
        release_idle=_ms(routing.release_idle),
        patience=tuple(_patience(settings.teams)),
        release_offline=_ms(routing.release_offline),
        transfer_online_only=routing.transfer.online_only,
        transfer_closed=routing.transfer.closed,
        close_inactive=_ms(routing.close_inactive),
        close_warning=_ms(routing.close_warning),
        rating_scale=rating.scale if rating else None,
        rating_required=rating is not None and rating.required,
        rating_automatic=rating is None or rating.automatic,
        reopen_new_after=_ms(routing.reopen.new_after),
        uncertain=routing.uncertain,
        max_length=conversation.max_length,
        allow_edit=conversation.allow_edit,
        allow_delete=conversation.allow_delete,
        agent_transfer=permissions.transfer,
        agent_edits_contact=permissions.edit_contact,
        agent_blocks=permissions.block,
        agent_deletes=permissions.delete_conversation,
        agent_purges=permissions.purge_conversation,
        agent_edits_profile=permissions.edit_profile,
        agent_sees=permissions.see,
        agent_may_see_others=permissions.see_other_teams,
        hide_history=routing.transfer.hide_history,
        agent_reports=permissions.reports,
        agent_exports=permissions.export,
        block_require_end=settings.block.require_end,
        language=settings.locale.default,
        speak=settings.locale.customer,
        email_if_unseen=_ms(customer.email_if_unseen),
        mail_agent_after=_ms(settings.notify.agent.email_if_unseen),
        mail_min_interval=ms(customer.min_interval),
        mail_max_messages=customer.max_messages,
        resume_valid=_ms(conversation.resume_valid),
        topic_to_close=conversation.topic_required_to_close,
        other_topic=conversation.other_topic,
        has_statuses=bool(conversation.statuses),
        tickets=bool(settings.tickets),
        paused_outside=frozenset(routing.pause_outside_hours),
        hours_of=teams_of(settings).hours_of,
        flood=flood_limits(settings.flood),
        bots=tuple(_bot(key, one) for key, one in settings.agents.items() if one.role == "bot"),
    )


def flood_limits(flood: Flood) -> FloodLimits:
    """Return the buckets of the limits."""
    return FloodLimits(_buckets(flood.sender), _buckets(flood.inbox), _buckets(flood.address))


def _buckets(limit: FloodLimit) -> tuple[Bucket, ...]:
    found = ((limit.per_minute, MINUTE), (limit.per_hour, HOUR))
    return tuple(Bucket(most, per) for most, per in found if most is not None)


def _patience(teams: Mapping[str, Team]) -> Iterator[TeamPatience]:
    for key, one in teams.items():
        own = one.release_idle
        if own is not None:
            yield TeamPatience(key, _ms(own) if isinstance(own, timedelta) else None)


def automations_of(settings: Settings) -> Automations:
    """Return the automations, and how far they may go."""
    limits = settings.routing.automations
    per = ms(limits.per)
    return Automations(settings.automations, depth=limits.depth, runs=limits.runs, per=per)


def _bot(bot_id: str, agent: Agent) -> BotPolicy:
    told = agent.bot or Bot()
    within = ms(told.answer_within)
    return BotPolicy(bot_id, within, hooked=told.webhook is not None)


def said_by_us(settings: Settings) -> dict[Occasion, LocalText]:
    """Return what the YAML has the program tell customers, by the occasion."""
    said, rating = settings.system_messages, settings.conversation.rating is not None
    asks = settings.conversation.ask_still_questions
    texts: Mapping[Occasion, tuple[bool, LocalText]] = {
        "begun": (said.begun.enabled, said.begun.text),
        "agent_joined": (said.agent_joined.enabled, said.agent_joined.text),
        "agent_changed": (said.agent_changed.enabled, said.agent_changed.text),
        "close_warning": (said.close_warning.enabled, said.close_warning.text),
        "closed": (said.closed.enabled, said.closed.text),
        "closed_inactive": (said.closed_inactive.enabled, said.closed_inactive.text),
        "still_questions": (asks, said.still_questions.text),
        "rating": (rating, said.rating.text),
        "rated": (rating and said.rated.enabled, said.rated.text),
        "comment": (rating, said.comment.text),
        "offline": (said.offline.enabled, said.offline.text),
        "blocked": (said.blocked.enabled, said.blocked.text),
        "flood": (said.flood.enabled, said.flood.text),
    }
    return {occasion: text for occasion, (is_said, text) in texts.items() if is_said}


def agent_mail_of(settings: Settings) -> AgentMail | None:
    """Return how agents are mailed what they have not seen; `None` where they are not."""
    inbox = next((one.mails_by for one in settings.staff.values() if one.mails_by), None)
    if inbox is None:
        return None
    notices = settings.notify.agent
    return AgentMail(
        inbox_id=inbox,
        level=notices.level,
        customers=notices.customers,
        quiet_off_shift=notices.quiet_off_shift,
        languages={key: one.languages for key, one in settings.agents.items()},
    )


def deleted_kept_for(settings: Settings) -> int | None:
    """Return for how long what was deleted can be restored, in ms; `None`: for ever."""
    return _ms(settings.storage.retention.deleted)


def retained(settings: Settings) -> Retained:
    """Return for how long closed conversations are kept."""
    told = settings.storage.retention
    return Retained(
        _ms(told.messages), {key: _ms(one.messages) for key, one in told.inboxes.items()}
    )


def purger_of(store: Store, media: MediaStore, settings: Settings) -> Purger:
    """Return what removes for ever whatever has had its time."""
    go = functools.partial(let_go, retained=retained(settings))
    return Purger(store, media, kept_for=deleted_kept_for(settings), let_go=go)


def housekeeping_of(store: Store, media: MediaStore, settings: Settings) -> Housekeeping:
    """Return what removes, now and then, whatever has outlived its use."""
    kept = settings.storage.retention
    return Housekeeping(store, media, audit_kept=kept.audit, addresses_kept=kept.visitor_ip)


def eraser_of(store: Store, settings: Settings, on_erased: Callable[[], None]) -> Eraser:
    """Return who erases people from this installation."""
    storage = settings.storage
    return Eraser.at(store, Places.of(storage.database_path, storage.media.dir), on_erased)


@dataclass(frozen=True, slots=True)
class Addresses:
    """What makes the addresses that a desk hands out; see `Desk`."""

    file: Callable[[Attachment], str]
    conversation: Callable[[int], str]
    large_file: Callable[[Attachment, int], str] | None


def desk_of(settings: Settings, channels: Mapping[str, Channel], addresses: Addresses) -> Desk:
    """Return the desk of a configuration, with the channels there are."""
    capabilities = {key: one.capabilities for key, one in channels.items()}
    known = settings.channels.keys() <= capabilities.keys()
    return Desk(
        policy_of(settings),
        capabilities,
        mailboxes_of(settings, capabilities) if known else {},
        ways_back(channels),
        link_to=addresses.file,
        conversation_url=addresses.conversation,
        large_file_link=addresses.large_file,
        says=said_by_us(settings),
        webhooks=settings.webhooks,
        tickets=settings.tickets,
        teams=teams_of(settings),
        statuses=settings.conversation.statuses,
        automations=automations_of(settings),
        agent_mail=agent_mail_of(settings),
        begun_when=settings.system_messages.begun.when,
    )


def mailboxes_of(
    settings: Settings, capabilities: Mapping[str, Capabilities]
) -> dict[str, Mailbox]:
    """Return by which mailbox the conversations of an inbox go on: the first of those named.

    None if nothing is ever mailed.
    """
    if settings.notify.customer.email_if_unseen is None:
        return {}
    found = {}
    for inbox_id, inbox in settings.channels.items():
        able = [one for one in inbox.continued_by if capabilities[one].by_address]
        if able:
            found[inbox_id] = Mailbox(able[0], settings.channels[able[0]].name)
    return found


def _ms(duration: timedelta | None) -> int | None:
    return None if duration is None else ms(duration)
