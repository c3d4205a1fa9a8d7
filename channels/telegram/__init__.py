"""Telegram, for customers: a bot to which people write in private."""
