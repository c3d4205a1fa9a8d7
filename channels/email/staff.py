"""Agents' answers among the mails: told by the nearest mail of ours that they answer. Pure."""

from bridge.channel import STAFF_THREAD
from channels.email.loops import Aside
from channels.email.threads import Threads, name_elsewhere
from channels.email.translate import Letter

UNPROVEN = Aside("it answers a mail to an agent, and nothing proves that it speaks for them now")


def is_to_staff(letter: Letter, threads: Threads) -> bool:
    """Say whether a letter would answer a mail to an agent, proven or not."""
    nearest = _nearest(letter, threads)
    claimed = threads.claimed(nearest) if nearest else None
    return (name_elsewhere(claimed or "") or "").startswith(STAFF_THREAD)


def proven_thread(letter: Letter, threads: Threads) -> str | None:
    """Return the core's name of the mail that is answered, if it went to this very sender.

    Nothing is proven where our own mail server does not vouch for the sender.
    """
    nearest = _nearest(letter, threads)
    if nearest is None or letter.verified is False:
        return None
    thread = threads.thread_of(nearest, letter.sender.address)
    return None if thread is None else name_elsewhere(thread)


def _nearest(letter: Letter, threads: Threads) -> str | None:
    return next((one for one in letter.references if threads.looks_ours(one)), None)
