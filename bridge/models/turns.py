"""Whose turn it is among agents who are given conversations."""

from sqlalchemy import Column, ForeignKey, Table

from bridge.models.base import TEXT, metadata, moment

TURN = Table(
    "turns",
    metadata,
    Column("agent_id", TEXT, ForeignKey("agents.id"), primary_key=True),
    # When the agent was given a conversation the last time, without having taken it.
    moment("given_at", required=True),
)
