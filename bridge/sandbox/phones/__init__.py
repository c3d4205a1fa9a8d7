"""The phones that customers of the model platforms hold, and the page to play them on."""

from bridge.sandbox.phones.mail import MailPhone
from bridge.sandbox.phones.phone import Owner, Phone
from bridge.sandbox.phones.server import PhonesServer
from bridge.sandbox.phones.telegram import TelegramPhone
from bridge.sandbox.phones.viber import ViberPhone
from bridge.sandbox.phones.vk import VkPhone

__all__ = ["MailPhone", "Owner", "Phone", "PhonesServer", "TelegramPhone", "ViberPhone", "VkPhone"]
