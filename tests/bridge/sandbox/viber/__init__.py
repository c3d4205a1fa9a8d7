"""Tests of the model of Viber, with the vendor's own library too."""
