"""The outbox: each part is claimed, sent once, and its end recorded."""

from bridge.delivery.lives import begin_life
from bridge.delivery.outcomes import PATIENCE, Outcomes, Reactor, patience_of, pause_after
from bridge.delivery.parts import Body, Onward
from bridge.delivery.signs import Outlet, Signs
from bridge.delivery.worker import LANE_TOPIC, DeliveryWorker

__all__ = [
    "LANE_TOPIC",
    "PATIENCE",
    "Body",
    "DeliveryWorker",
    "Onward",
    "Outcomes",
    "Outlet",
    "Reactor",
    "Signs",
    "begin_life",
    "patience_of",
    "pause_after",
]
