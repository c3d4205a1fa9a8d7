"""The whole suite, against Dovecot and a real SMTP server."""

import pytest

from tests.channels.contract import ChannelContract
from tests.channels.email.dovecot import Dovecot
from tests.channels.email.postbox import PostBox
from tests.channels.email.rig import EmailRig
from tests.channels.rig import Rig


class TestEmailContract(ChannelContract):
    """What every adapter does, by mail."""

    @pytest.fixture
    async def rig(self, dovecot: Dovecot, box: PostBox) -> Rig:
        return EmailRig(dovecot, box)

    async def test_the_same_key_is_carried_once_where_the_network_knows_keys(
        self, running: Rig
    ) -> None:
        """Mail has no keys that a server knows, but the same Message-ID for the same key."""
        assert isinstance(running, EmailRig)
        part = running.part(await running.here(), "twice")
        first = await running.channel.send(part, key="same")
        second = await running.channel.send(part, key="same")
        assert not running.channel.capabilities.idempotent_send
        assert first.external_ids == second.external_ids
        assert len(running.box.received) == 2
