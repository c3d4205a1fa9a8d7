"""Signed requests to programs outside: kept until they are taken, or until it is too late.

`calls` is what routing knows of them; `worker` sends them, by HTTP.
"""
