"""Every network there is a storm for, in the order of the table."""

from collections.abc import Sequence

from tests.channels.storm.network import Network
from tests.channels.storm.networks.email import EmailNetwork
from tests.channels.storm.networks.postcard import PostcardNetwork
from tests.channels.storm.networks.telegram import TelegramByPolling, TelegramByWebhook
from tests.channels.storm.networks.viber import ViberNetwork
from tests.channels.storm.networks.vk import VkByCallback, VkByLongPoll
from tests.channels.storm.networks.widget import WidgetNetwork

NETWORKS: Sequence[type[Network]] = (
    TelegramByPolling,
    TelegramByWebhook,
    VkByCallback,
    VkByLongPoll,
    ViberNetwork,
    EmailNetwork,
    WidgetNetwork,
    PostcardNetwork,
)
