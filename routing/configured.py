"""What the YAML says, in the words and the units of routing."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bridge.channel import Capabilities, WayOn
from bridge.settings import LocalText, Settings, SystemMessage
from routing.desk import Mailbox, Occasion
from routing.policy import Policy


def ways_of(settings: Settings) -> Sequence[WayOn]:
    """Return every inbox, as one that a conversation may go on in."""
    return [
        WayOn(inbox_id=key, kind=one.type, name=one.name) for key, one in settings.channels.items()
    ]


def policy_of(settings: Settings) -> Policy:
    """Return what the YAML says about conversations, in routing's units."""
    routing, permissions = settings.routing, settings.permissions.agent
    customer = settings.notify.customer
    return Policy(
        close_inactive=_ms(routing.close_inactive),
        reopen_new_after=_ms(routing.reopen.new_after),
        uncertain=routing.uncertain,
        max_length=settings.conversation.max_length,
        allow_edit=settings.conversation.allow_edit,
        allow_delete=settings.conversation.allow_delete,
        agent_transfer=permissions.transfer,
        agent_edits_contact=permissions.edit_contact,
        language=settings.locale.default,
        email_if_unseen=_ms(customer.email_if_unseen),
        mail_min_interval=round(customer.min_interval.total_seconds() * 1000),
        mail_max_messages=customer.max_messages,
        resume_valid=_ms(settings.conversation.resume_valid),
    )


def said_by_us(settings: Settings) -> dict[Occasion, LocalText]:
    """Return what the YAML has the program tell customers, by the occasion."""
    said = settings.system_messages
    occasions: dict[Occasion, SystemMessage] = {"begun": said.begun, "offline": said.offline}
    return {occasion: one.text for occasion, one in occasions.items() if one.enabled}


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
    return None if duration is None else round(duration.total_seconds() * 1000)
