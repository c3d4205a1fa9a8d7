"""The servers that the tests of email share."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.channels.email.dovecot import Dovecot, running
from tests.channels.email.postbox import PostBox, post_box
from tests.channels.email.rig import EmailRig


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One IMAP server; every test has a mailbox of its own on it."""
    with running() as server:
        yield server


@pytest.fixture
async def box() -> AsyncIterator[PostBox]:
    """An SMTP server."""
    async with post_box() as box:
        yield box


@pytest.fixture
async def rig(dovecot: Dovecot, box: PostBox) -> EmailRig:
    """An inbox that is not running."""
    return EmailRig(dovecot, box)


@pytest.fixture
async def desk(rig: EmailRig) -> AsyncIterator[EmailRig]:
    """An inbox that runs."""
    async with rig.running():
        yield rig
