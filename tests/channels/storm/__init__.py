"""The contract of the whole: customers and agents write through faults, and the ledger counts.

Customers of a network write, agents answer, all by the real program; requests and answers
are lost, refused and late, messages come five times and in any order, the program is killed
and the network away for an hour. Then everything heals, and what the network's own ledger
says is compared with what the program has kept. The program is never asked about itself.
"""
