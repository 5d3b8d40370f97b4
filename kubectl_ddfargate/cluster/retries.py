"""Decides whether, and how long to wait before, a request is sent again. Waits for nothing itself.

client-go rest/with_retry.go: ten tries, 429 and 5xx with Retry-After. Ours adds the gateway errors without that
header (a load balancer's), and a limit for all waits of one request together.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import msgspec

MOST_TRIES = 10
MOST_WAITING = 30.0
"""Seconds that all waits of one request may take together."""
BACKOFF = (0.5, 1.0, 2.0, 4.0)
"""Waits where the server names none."""
BROKEN_BACKOFF = (0.1, 0.5)
"""Waits after a connection that broke; the first may only have been an idle one that the server closed."""
TOO_MANY = 429
GATEWAY_ERRORS = frozenset({TOO_MANY, 502, 503, 504})


class Retries(msgspec.Struct):
    """The tries of one request."""

    idempotent: bool
    tries: int = 0
    waited: float = 0.0
    broken: int = 0

    def after_status(self, status: int, headers: Mapping[str, str]) -> float | None:
        """Seconds to wait before the next try; None when this answer is the last word.

        429 comes before anything is done (apiserver priority and fairness, storage that begins): even a create may
        be sent again.
        """
        if status != TOO_MANY and not (self.idempotent and status >= 500):
            return None
        wait = retry_after(headers.get("Retry-After"))
        if wait is None and status in GATEWAY_ERRORS and self.tries < len(BACKOFF):
            wait = BACKOFF[self.tries]
        return self._allow(wait)

    def after_break(self) -> float | None:
        """The same after a connection that was reset or ended in the middle."""
        if not self.idempotent or self.broken >= len(BROKEN_BACKOFF):
            return None
        self.broken += 1
        return self._allow(BROKEN_BACKOFF[self.broken - 1])

    def _allow(self, wait: float | None) -> float | None:
        if wait is None or self.tries + 1 >= MOST_TRIES or self.waited + wait > MOST_WAITING:
            return None
        self.tries += 1
        self.waited += wait
        return wait


def retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header: a number, or a date; None where it is neither."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
