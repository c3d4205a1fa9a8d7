"""A model of Viber: its REST API and its signed callbacks, on loopback."""

from bridge.sandbox.viber.customers import Customer, Told
from bridge.sandbox.viber.people import Account, Person, Received
from bridge.sandbox.viber.platform import TOKEN, ViberPlatform
from bridge.sandbox.viber.statuses import Status

__all__ = [
    "TOKEN",
    "Account",
    "Customer",
    "Person",
    "Received",
    "Status",
    "Told",
    "ViberPlatform",
]
