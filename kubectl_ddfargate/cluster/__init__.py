"""The only part that talks to an API server: finds it, proves who we are, reads and writes. Decides nothing."""

from kubectl_ddfargate.cluster.answers import UnauthorizedError
from kubectl_ddfargate.cluster.gateway import Gateway
from kubectl_ddfargate.cluster.opening import connect
from kubectl_ddfargate.cluster.paging import OddObject

__all__ = ["Gateway", "OddObject", "UnauthorizedError", "connect"]
