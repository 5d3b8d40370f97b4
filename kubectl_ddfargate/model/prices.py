"""What Fargate costs, as the user says: no price is known to the program."""

from __future__ import annotations

from decimal import Decimal

from kubectl_ddfargate.model.kube.meta import Record


class Prices(Record, frozen=True):
    """The user's prices in one region, and of which day they are."""

    currency: str
    region: str
    date: str
    """`2026-09-20`."""
    per_vcpu_hour: Decimal
    per_gb_hour: Decimal
