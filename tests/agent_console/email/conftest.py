"""The mail servers that the tests of mailboxes have."""

from tests.channels.email.conftest import box, dovecot

__all__ = ["box", "dovecot"]
