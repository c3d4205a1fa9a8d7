"""What can be known of an installation from outside the running program, and how to mend it.

Nothing is changed by it, but that a token which has to be renewed for it is kept (`kept.py`).
`here.py` looks at this machine, `outside.py` asks networks and addresses, `findings.py` is
what both return.
"""

from bridge.doctor.findings import Finding
from bridge.doctor.here import of_this_machine
from bridge.doctor.kept import safes
from bridge.doctor.outside import of_account, of_address, of_receiver

__all__ = ["Finding", "of_account", "of_address", "of_receiver", "of_this_machine", "safes"]
