"""Tests of the model platforms."""
