"""Tests of the model of Slack, with the vendor's own libraries too."""
