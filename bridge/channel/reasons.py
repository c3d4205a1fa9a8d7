"""Why something did not arrive, as codes that every surface has words for."""

from typing import Literal

Reason = Literal[
    # The customer.
    "visitor_left",  # They have left the site; they read it if they come back.
    "blocked",  # They have blocked us, or allow us no messages.
    "blacklisted",  # Our account on the network has blocked them.
    "account_gone",  # Their account was deleted, banned or closed.
    "no_such_recipient",  # There is no such account or address, and perhaps never was.
    "mailbox_full",  # There is no room left for them to receive anything in.
    "closed_window",  # The time the network gives to answer their last message is over.
    "unreachable",  # The network carries nothing to them, for another reason or an unknown one.
    # The message.
    "too_long",  # The text is longer than the network takes.
    "too_large",  # Its files, or all of it, have more bytes than the network takes.
    "file_refused",  # The network does not take a file of this kind, or for this person.
    "media_gone",  # A file is not there any more.
    "unsupported",  # The network has nothing like it.
    "not_changeable",  # The network lets nobody change or delete this message any more.
    "rejected",  # The network does not take this message, for another reason.
    # Our account on the network.
    "credentials_refused",  # The token or the password is wrong, revoked or expired.
    "no_permission",  # Our account may not do this until it is given the right.
    "suspended",  # The network has stopped our account: banned, unpaid, to be verified.
    "webhook_failing",  # The network cannot hand to us what it has: our address does not answer it.
    "misconfigured",  # Something else in the channel's settings must be mended.
    "flooded",  # More is written to it than its limits let through; the rest is held.
    # The network.
    "throttled",  # It wants us to go more slowly.
    "unavailable",  # It cannot be reached, or does not work.
    "timeout",  # It did not answer, or something between us did in its place.
    "unknown",  # It gave no reason, or none that can be understood.
    # The program.
    "expired",  # It waited in our queue until it was of no use any more.
    "interrupted",  # The program was stopped while it was on the wire.
    "internal",  # A module of ours failed.
    "deleted",  # It was taken back before it went out.
    "not_sent",  # What it was to change had never been sent.
    "not_yours",  # Whoever wrote it may not write in this conversation.
    "withheld",  # Its customer was blocked by us before it went out.
]
"""Why something did not arrive, each code with words in every language of the console.

A code stands for what a person would do about it; what only the vendor tells apart goes
into the sentence of the error.
"""
