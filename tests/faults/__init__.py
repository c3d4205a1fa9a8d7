"""What staff surfaces keep when things go wrong: scenarios, and the platforms' own count.

Many customers write numbered messages, agents answer in threads, add notes, and strangers
talk; faults come at a rate and by name. Then everything heals, and what stands in the threads
of the model platform and in the customers' letter boxes is counted. The program is never
asked about itself.
"""
