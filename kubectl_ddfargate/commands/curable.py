"""What `install` can cure: the ids of doctor's findings, by the part of an installation that cures them."""

from __future__ import annotations

BY_COMPONENT: dict[str, frozenset[str]] = {
    "fixed_service": frozenset({"DDF203"}),
    "secret": frozenset({"DDF401", "DDF402", "DDF408"}),
    "kubelet_rights": frozenset({"DDF501"}),
}
"""What one object cures by itself."""

BY_POLICY = frozenset(
    {
        "DDF101", "DDF102", "DDF205", "DDF206", "DDF207", "DDF208", "DDF215", "DDF216",
        "DDF301", "DDF302", "DDF306", "DDF315", "DDF316", "DDF317", "DDF318", "DDF319",
        "DDF405", "DDF406", "DDF408", "DDF503", "DDF504", "DDF505", "DDF506",
    }
)  # fmt: skip
"""What a new sidecar in new pods cures."""

BY_RESTART = frozenset(
    {
        "DDF310",
        "DDF311",
    }
)
"""What new pods cure."""

CURABLE = frozenset().union(*BY_COMPONENT.values(), BY_POLICY)
"""All that `install` cures by itself; a restart follows only where it is asked for."""
