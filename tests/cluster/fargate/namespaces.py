"""Ends namespaces, in the place of the real namespace controller.

The real one looks at a namespace five seconds after its deletion, and then deletes by name. When a test has
made a namespace of the same name meanwhile, it takes away the new objects. This one goes by uids.
"""

from __future__ import annotations

import time
import traceback

from ..api import Api, ApiError
from ..sweep import Found, Sweep, found

# Long enough that the reset between two tests, which does the same faster, comes first.
DELAY_SECONDS = 1.0


def end_namespaces(api: Api) -> None:
    """Look again and again for namespaces that are to end, until the process ends."""
    sweep = Sweep(api)
    while True:
        time.sleep(DELAY_SECONDS)
        try:
            for namespace in api.items("Namespace"):
                if namespace["metadata"].get("deletionTimestamp"):
                    _end(api, sweep, found(api.resource("Namespace"), namespace["metadata"]))
        except ApiError:
            traceback.print_exc()


def _end(api: Api, sweep: Sweep, namespace: Found) -> None:
    sweep.learn()
    inside = sweep.find(namespace.name)
    # Only if the old namespace still stands now, all that was found belongs to it and not to a namesake.
    now = api.get("Namespace", namespace.name)
    if now is None or now["metadata"]["uid"] != namespace.uid:
        return
    sweep.delete(inside)
    if not inside:
        sweep.finalize(namespace)
