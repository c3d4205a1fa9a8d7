"""Benchmarks: figures beside floors taken in the same run, never a test that can fail on time.

`make bench` runs all and writes docs/reference/performance.md.
"""
