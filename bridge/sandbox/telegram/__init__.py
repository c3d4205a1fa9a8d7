"""A model of Telegram: its Bot API server, and people who write to bots."""

from bridge.sandbox.telegram.customer import Customer, entity
from bridge.sandbox.telegram.member import Member
from bridge.sandbox.telegram.server import TelegramServer
from bridge.sandbox.telegram.time import RealTime, Time
from bridge.sandbox.telegram.world import Bot, Chat, User, World

__all__ = [
    "Bot",
    "Chat",
    "Customer",
    "Member",
    "RealTime",
    "TelegramServer",
    "Time",
    "User",
    "World",
    "entity",
]
