"""Tests of the Viber adapter over the model of Viber, by real HTTP on loopback."""
