"""Model platforms: small servers that speak each vendor's protocol as it is documented.

They check every request as the vendor would, refuse what it would refuse, and keep the
ledger of all that was sent and received. They know nothing of the rest of the program, so
that they can contradict it.
"""
