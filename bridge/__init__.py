"""The kernel: what a conversation is, and how it is kept."""

from importlib.metadata import version

__version__ = version("deskbridge")
