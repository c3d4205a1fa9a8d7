"""VK's side of community messages, on loopback.

The API, Bots Long Poll and the Callback API as https://dev.vk.com and the schema of version
5.199 (https://github.com/VKCOM/vk-api-schema) describe them. A test or a person plays the
customer through `VkPlatform.customer`.
"""

from bridge.sandbox.vk.callback import Callback
from bridge.sandbox.vk.customers import Customer, Written
from bridge.sandbox.vk.events import Event
from bridge.sandbox.vk.ledger import Call, Ledger, Notice, Upload
from bridge.sandbox.vk.platform import LONG_POLL, UPLOAD, VkPlatform
from bridge.sandbox.vk.world import Message, Person

__all__ = [
    "LONG_POLL",
    "UPLOAD",
    "Call",
    "Callback",
    "Customer",
    "Event",
    "Ledger",
    "Message",
    "Notice",
    "Person",
    "Upload",
    "VkPlatform",
    "Written",
]
