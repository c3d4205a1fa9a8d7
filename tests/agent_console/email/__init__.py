"""Tests of mail to agents."""
