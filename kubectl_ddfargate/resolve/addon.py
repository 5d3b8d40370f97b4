"""Tells how an add-on of EKS gives its Fargate pods the common label."""

from __future__ import annotations

from kubectl_ddfargate.model.eks_addon import addon_label
from kubectl_ddfargate.resolve.desk import Desk


def explain_addon(desk: Desk, label: tuple[str, str]) -> None:
    """Note the add-on's configuration, and the command that sets it."""
    found = addon_label(label, context=desk.index.snapshot.context or "")
    desk.inform(found.remark, commands=(found.command,), values=found.configuration)
