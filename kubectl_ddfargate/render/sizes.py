"""What is said of Fargate sizes, as `vCPU/GB`, in every table of them."""

from __future__ import annotations


def is_larger(size: str, than: str) -> bool:
    """Whether it is more of anything: `0.5/1` than `0.25/1`."""
    return any(float(one) > float(other) for one, other in zip(size.split("/"), than.split("/"), strict=True))
