"""What a Fargate size costs a month, by the user's prices. A pod is billed by the second for its whole size."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from kubectl_ddfargate.facts.agent_size import Growth
from kubectl_ddfargate.facts.sizing import Size
from kubectl_ddfargate.model.prices import Prices

HOURS = 730
"""Of a month, as AWS counts in its own calculator."""
_CENT = Decimal("0.01")


def monthly(size: Size, prices: Prices) -> Decimal:
    """What one pod of this size costs in 730 hours, unrounded."""
    return HOURS * (size.vcpu * prices.per_vcpu_hour + size.gigabytes * prices.per_gb_hour)


def monthly_difference(before: Size, after: Size, prices: Prices) -> Decimal:
    """What one pod of the second size costs more than one of the first in 730 hours, to the hundredth."""
    return (monthly(after, prices) - monthly(before, prices)).quantize(_CENT, ROUND_HALF_UP)


def told_difference(growth: Growth, prices: Prices) -> str:
    """`+9.01 USD a month and pod (730 h, prices of us-east-1 of 2026-09-20)`."""
    amount = monthly_difference(growth.before, growth.after, prices)
    of = f"prices of {prices.region} of {prices.date}"
    return f"{amount:+} {prices.currency} a month and pod ({HOURS} h, {of})"
