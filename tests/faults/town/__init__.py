"""Every network and two staff surfaces at once, around one program in a process of its own.

`networks.py` has the customers, `town.py` the program's configuration and its database,
`people.py` what everybody does, `killing.py` ends it at every place that has a name.
"""
