"""What happens to a policy that ours replaces: it is kept in a file, steps aside, and is put back where ours fails.

Between the plan and a write somebody else may change it. What they wrote is never written over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kubectl_ddfargate.cluster.objects import CONFLICT, Objects
from kubectl_ddfargate.commands.foreign import Goes
from kubectl_ddfargate.commands.not_applied import NotAppliedError
from kubectl_ddfargate.commands.replacing import as_before, plain, save, stepped_aside
from kubectl_ddfargate.commands.talk import Talk
from kubectl_ddfargate.errors import ApiError
from kubectl_ddfargate.model.objects import ObjectRef

_TRIES = 5
"""Writes of others that may come between a look and a write: Kyverno writes a policy's status now and then."""
_AGAIN = "run the same command again: it shows the plan for what stands there now"
_PARTS = ("rules", "matchConditions")
"""Of a policy's spec: where `stepped_aside` changes something."""
Live = Mapping[str, Any]


def keep(objects: Objects, goes: Sequence[Goes], talk: Talk) -> None:
    """Write all files, before anything is written to the cluster. Raises NotAppliedError and NotSavedError."""
    for one in goes:
        _unchanged(one, objects.live(one.ref))
    for one in goes:
        if not one.ours:
            save(as_before(one.live), Path(one.change.backup))
            talk.say(f"{one.ref.address} saved in {one.change.backup}")


def step_aside(objects: Objects, one: Goes) -> None:
    """Let it skip the pods that have our agent. Raises NotAppliedError where it is not what the plan showed."""
    _change(objects, one.ref, lambda live: stepped_aside(_unchanged(one, live)))


def changed_aside(objects: Objects, one: Goes) -> str:
    """What somebody else did to a policy since it stepped aside; empty for nothing, and where it is gone.

    What they wrote is in no file of ours: it must not be deleted.
    """
    live = objects.live(one.ref)
    if live is None:
        return ""
    if live["metadata"].get("uid") != one.uid:
        return f"{one.ref.address} was made anew by somebody else meanwhile, so ours does not replace it"
    if as_before(live).get("spec") != as_before(_aside(as_before(one.live))).get("spec"):
        return f"{one.ref.address} was changed by somebody else meanwhile, so ours does not replace it"
    return ""


def put_back(objects: Objects, one: Goes, *, aside: bool) -> bool:
    """Put a policy back as it was, without what we put into it. False where there was nothing to do.

    `aside`: ours still acts. Then it goes on to skip the pods that have our agent, for else a pod could get two.
    """
    before = as_before(one.live)
    if objects.live(one.ref) is None:
        patch = stepped_aside(before) if aside else None
        whole = before if patch is None else {**before, "spec": {**before["spec"], **patch["spec"]}}
        objects.create(plain(whole))
        return True
    if aside:
        return _change(objects, one.ref, lambda live: stepped_aside(live or {}))
    return _change(objects, one.ref, lambda live: _back(live, before))


def _unchanged(one: Goes, live: Live | None) -> Live:
    """The policy as it is now; raises where that is not what the plan showed."""
    if live is None:
        raise NotAppliedError(f"{one.ref.address} is gone since the plan was shown", hint=_AGAIN)
    same = live["metadata"].get("uid") == one.live["metadata"].get("uid")
    if not same or live.get("spec") != one.live.get("spec"):
        raise NotAppliedError(f"{one.ref.address} was changed since the plan was shown", hint=_AGAIN)
    return live


def _back(live: Live | None, before: Live) -> dict[str, Any] | None:
    """The patch that takes out what we put in; what somebody else has changed meanwhile stays."""
    if live is None:
        return None
    rest = as_before(live)["spec"]
    wanted = before["spec"] if as_before(_aside(before))["spec"] == rest else rest
    changed = {key: wanted.get(key) for key in _PARTS if wanted.get(key) != live["spec"].get(key)}
    return {"spec": changed} if changed else None


def _aside(before: Live) -> dict[str, Any]:
    """The policy as it is while it steps aside."""
    return {**before, "spec": {**before["spec"], **(stepped_aside(before) or {"spec": {}})["spec"]}}


def _change(objects: Objects, ref: ObjectRef, change: Callable[[Live | None], dict[str, Any] | None]) -> bool:
    """Patch exactly what was looked at: where somebody wrote between, look again."""
    for _ in range(_TRIES):
        live = objects.live(ref)
        patch = change(live)
        if patch is None or live is None:
            return False
        version = {"metadata": {"resourceVersion": live["metadata"]["resourceVersion"]}}
        try:
            objects.merge_patch(ref, {**version, **patch})
        except ApiError as error:
            if error.status != CONFLICT:
                raise
        else:
            return True
    raise NotAppliedError(f"{ref.address}: somebody else writes to it all the time", hint=_AGAIN)
