"""What a design would change in the cluster: its objects, what they replace, and what must be opened for them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from kubectl_ddfargate.cluster.objects import Objects
from kubectl_ddfargate.commands import datadog_injector, foreign
from kubectl_ddfargate.commands.comparing import changes
from kubectl_ddfargate.commands.opening import Opening, plan_opening
from kubectl_ddfargate.commands.preparing import POLICY_COMPONENTS
from kubectl_ddfargate.commands.write_options import WriteOptions
from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.design import Design
from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.plan import Change, Note, Op


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What would be changed, and what there is to say about it."""

    desired: tuple[Desired, ...]
    changes: tuple[Change, ...]
    """Of `desired`, in the same order."""
    goes: tuple[foreign.Goes, ...] = ()
    """Policies that ours replaces."""
    opening: Opening | None = None
    notes: tuple[Note, ...] = ()

    @property
    def pairs(self) -> list[tuple[Desired, Change]]:
        """Each object with its change."""
        return list(zip(self.desired, self.changes, strict=True))

    @property
    def policies(self) -> list[tuple[Desired, Change]]:
        """Those that put a policy into force."""
        return [(one, change) for one, change in self.pairs if one.component in POLICY_COMPONENTS]

    @property
    def every(self) -> tuple[Change, ...]:
        """All changes, in the order in which they are made."""
        opens = () if self.opening is None else (self.opening.change,)
        return (*opens, *self.changes, *(one.change for one in self.goes))

    @property
    def writes(self) -> bool:
        """Whether anything would be written."""
        return any(change.op.writes for change in self.every)

    @property
    def injection_changes(self) -> bool:
        """Whether what is injected would change, so that the pods of all targets are older."""
        of_policies = [change for _, change in self.policies]
        opens = [] if self.opening is None else [self.opening.change]
        return any(change.op.writes for change in (*opens, *of_policies, *(one.change for one in self.goes)))

    @property
    def is_same(self) -> bool:
        """Whether the cluster is as it should be."""
        return all(change.op is Op.SAME for change in self.every)


def compare(
    objects: Objects,
    index: Index,
    design: Design,
    desired: tuple[Desired, ...],
    options: WriteOptions,
    *,
    before: Comparison | None = None,
) -> Comparison:
    """Ask the server what an apply would do. `before`: a comparison of the same run, whose answers still hold."""
    goes: tuple[foreign.Goes, ...] = ()
    opening: Opening | None = None
    notes: list[Note] = []
    if any(one.component in POLICY_COMPONENTS for one in desired) or design.injector == "datadog":
        goes, more = foreign.policies_that_go(index, objects, design, options, folder=Path())
        notes += more
        notes += datadog_injector.notes_of(index, design)
        opening, more = plan_opening(index, objects, design, options)
        notes += more
    if before is not None and before.desired == desired:
        compared = before.changes
    else:
        compared = changes(objects, desired, force=options.force_conflicts)
    return Comparison(desired=desired, changes=compared, goes=goes, opening=opening, notes=tuple(notes))
