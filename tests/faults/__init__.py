"""What staff surfaces keep when things go wrong: scenarios, and the platforms' own count.

Many customers write numbered messages, agents answer in threads, add notes, and strangers
talk; faults come at a rate and by name. Then everything heals, and what stands in the threads
of the model platform and in the customers' letter boxes is counted. The program is never
asked about itself.

Our own guards are broken on purpose (`mutants.py`, with those of the storms and of `owners.py`,
where two owners share one inbox): each must be told by the counts.

In `town/` the program is a process of its own between every network at once, killed at places
with names (`places.py`) and befallen by disasters, on both databases; `power.py` makes what a
disk may hold after a loss of power.
"""
