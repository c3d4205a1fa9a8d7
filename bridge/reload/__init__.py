"""Reading a changed configuration while the program runs: only what changed restarts.

`difference.py` says what another file means, `anew.py` has the program become it,
`answer.py` tells whoever asked, and `wired.py` starts and ends one inbox or surface.
"""
