"""A model of Slack: its Web API, Events API, interactivity and Socket Mode, on loopback."""

from bridge.sandbox.slack.agents import Agent, Posted
from bridge.sandbox.slack.calling import called
from bridge.sandbox.slack.platform import SIGNING_SECRET, SlackPlatform
from bridge.sandbox.slack.server import APP_TOKEN, BOT_TOKEN
from bridge.sandbox.slack.team import BOT, BOT_USER, Channel, Message

__all__ = [
    "APP_TOKEN",
    "BOT",
    "BOT_TOKEN",
    "BOT_USER",
    "SIGNING_SECRET",
    "Agent",
    "Channel",
    "Message",
    "Posted",
    "SlackPlatform",
    "called",
]
