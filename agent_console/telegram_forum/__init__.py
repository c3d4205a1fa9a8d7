"""A Telegram group whose topics are conversations."""
