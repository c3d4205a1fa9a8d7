"""Telegram's Bot API, as a customers' inbox and a staff group both speak it.

Calls and what their failures mean (`client.py`, `errors.py`), and what a message holds
(`content.py`, `marked.py`, `said.py`, `raw.py`). Neither knows who writes, nor why.
"""
