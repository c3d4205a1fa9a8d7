"""A made-up network and its adapter, for tests of the contract and of the kernel."""

from tests.channels.postcard.channel import PostcardChannel
from tests.channels.postcard.office import Card, PostError, PostOffice

__all__ = ["Card", "PostError", "PostOffice", "PostcardChannel"]
