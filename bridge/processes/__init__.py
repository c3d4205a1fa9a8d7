"""Several processes of the program on one database: who does what, and how they tell each other."""

from bridge.processes.announced import Announced
from bridge.processes.leases import LEASE_TOPIC, Leases, Role
from bridge.processes.neighbours import Neighbours, Told

__all__ = ["LEASE_TOPIC", "Announced", "Leases", "Neighbours", "Role", "Told"]
