"""Every kind of channel there is, named and not yet imported.

An adapter is imported only when an inbox of its kind is configured: a vendor's library
may cost seconds and a hundred megabytes. The settings of a kind are vendor-free and are
imported to check any file.
"""

from collections.abc import Mapping
from importlib import import_module

from bridge.settings import InboxSettings

CHANNELS: Mapping[str, str] = {
    "email": "channels.email.channel:EmailChannel",
    "telegram": "channels.telegram.channel:TelegramChannel",
    "viber": "channels.viber.channel:ViberChannel",
    "vk": "channels.vk.channel:VkChannel",
    "widget": "channels.widget.channel:WidgetChannel",
}
SETTINGS: Mapping[str, str] = {
    "email": "channels.email.settings:EmailSettings",
    "telegram": "channels.telegram.settings:TelegramSettings",
    "viber": "channels.viber.settings:ViberSettings",
    "vk": "channels.vk.settings:VkSettings",
    "widget": "channels.widget.settings:WidgetSettings",
}


def load_class(reference: str) -> type:
    """Import the class that `"module:Class"` names.

    Raises `ImportError`, `AttributeError` or `TypeError` when there is no such class.
    """
    module, _, name = reference.partition(":")
    found = getattr(import_module(module), name)
    if not isinstance(found, type):
        raise TypeError(f"{reference} is no class")
    return found


def settings_classes() -> dict[str, type[InboxSettings]]:
    """Return the settings class of every kind."""
    return {kind: _settings_class(reference) for kind, reference in SETTINGS.items()}


def _settings_class(reference: str) -> type[InboxSettings]:
    found = load_class(reference)
    if not issubclass(found, InboxSettings):
        raise TypeError(f"{reference} is no InboxSettings")
    return found
