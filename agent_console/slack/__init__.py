"""Slack as a surface: each conversation a thread in a team's channel."""
