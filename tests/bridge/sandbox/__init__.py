"""The model platforms, tried by their vendors' own libraries."""
