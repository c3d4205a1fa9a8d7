"""Telling programs outside: what they are told, and when it is to be told to them."""

from routing.webhooks.queueing import enqueue, enqueue_mail, forget

__all__ = ["enqueue", "enqueue_mail", "forget"]
