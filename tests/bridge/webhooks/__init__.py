"""Signed requests to programs outside."""
