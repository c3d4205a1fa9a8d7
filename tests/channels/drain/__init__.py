"""A backlog over every network, in time that stands still while anything is done.

The whole way out of the program (outbox, worker, adapter) over real connections to the
model platforms and their own limiters, whose ledgers say how fast it went and whether
anything was refused.
"""
