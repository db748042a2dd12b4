"""What the screens work with, handed in by whoever starts them, so that nothing here reads the environment."""

from typing import Protocol

from dashcam.ingest import machine as ingest
from dashcam.queries.moment import Moment


class Machine(ingest.Machine, Protocol):
    """The machine and its settings, as the command line reads them."""

    def moment(self, zone: str = "") -> Moment:
        """Make the moment of now. Raises BadInput."""
        ...
