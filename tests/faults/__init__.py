"""What staff surfaces keep when things go wrong: scenarios, and the platforms' own count.

Many customers write numbered messages, agents answer in threads, add notes, and strangers
talk; faults come at a rate and by name. Then everything heals, and what stands in the threads
of the model platform and in the customers' letter boxes is counted. The program is never
asked about itself.

In `town/` the program is a process of its own between every network at once, killed at places
with names (`places.py`) and befallen by disasters, on both databases; `power.py` makes what a
disk may hold after a loss of power.
"""
