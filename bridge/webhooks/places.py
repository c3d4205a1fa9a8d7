"""Every place that calls go to, each with its worker."""

from collections.abc import Iterable, Mapping

from bridge.channel import Channel
from bridge.settings import Settings
from bridge.store.transactions import Store
from bridge.webhooks.calls import CallWatcher, Carrier, mail_place
from bridge.webhooks.mails import MailCarrier
from bridge.webhooks.worker import CallWorker


def workers(
    store: Store, settings: Settings, channels: Mapping[str, Channel], watcher: CallWatcher
) -> dict[str, CallWorker]:
    """Return a worker for each webhook of the YAML, and each mailbox that tickets go by."""
    carriers = _senders(settings) | {
        mail_place(inbox): MailCarrier(channels[inbox]) for inbox in _mailboxes(settings)
    }
    return {
        place: CallWorker(store, place, carrier, watcher) for place, carrier in carriers.items()
    }


def _senders(settings: Settings) -> dict[str, Carrier]:
    if not settings.webhooks:
        return {}
    # The HTTP client takes 7 MiB, so it is imported only where something goes out by it.
    from bridge.webhooks.sending import Sender  # noqa: PLC0415

    return {key: Sender(one) for key, one in settings.webhooks.items()}


def _mailboxes(settings: Settings) -> Iterable[str]:
    tickets = [one.to.inbox for one in settings.tickets.values()]
    named = [*tickets, *(one.mails_by for one in settings.staff.values())]
    return dict.fromkeys(inbox for inbox in named if inbox is not None)
