"""Viber bots as a channel."""
