"""Benchmarks: figures beside floors taken in the same run, never a test that can fail on time.

`make bench` runs all, and puts what has a place in docs/reference/performance.md there.
"""
