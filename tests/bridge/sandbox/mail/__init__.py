"""The model mail provider, by other people's mail programs."""
