"""What becomes of one object: live against the server's dry-run answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

from kubectl_ddfargate.model.objects import Desired
from kubectl_ddfargate.model.ours import has_our_fields, has_our_label, written_as
from kubectl_ddfargate.model.plan import Change, Op, PlannedObject
from kubectl_ddfargate.plan.diffs import file_name, whole_diff
from kubectl_ddfargate.plan.masking import hidden
from kubectl_ddfargate.plan.owners import DEPLOYERS, owner_of

_SERVERS_OWN = (
    "managedFields",
    "resourceVersion",
    "uid",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "selfLink",
)


def change_for(desired: Desired, live: Mapping[str, Any] | None, answered: Mapping[str, Any]) -> Change:
    """Create, update or same."""
    if live is None:
        return _change(desired, Op.CREATE, diff=_diff(desired, {}, answered))
    before, after = comparable(live), comparable(answered)
    former = written_as(live)
    if before == after and former not in ("", desired.ref.api_version):
        # The older version may be served no more one day; what was written by it would then be nobody's.
        why = f"{desired.why}; was written as {former}, now as {desired.ref.api_version}"
        return msgspec.structs.replace(_change(desired, Op.UPDATE), why=why)
    if before == after:  # whoever wrote it: what `render` gave to a GitOps tool is as good
        return _same(desired, live)
    return _change(desired, Op.UPDATE, owner=owner_of(live), diff=_diff(desired, live, answered))


def _same(desired: Desired, live: Mapping[str, Any]) -> Change:
    """What is there as we want it. What somebody else applied stays his: `uninstall` goes by the field manager."""
    owner = owner_of(live)
    change = _change(desired, Op.SAME, owner=owner)
    if not desired.owned or has_our_fields(live):
        return change
    theirs = f"{change.why}; applied by {owner or 'another hand'}, used as it is, and left there by uninstall"
    return msgspec.structs.replace(change, why=theirs)


def unvalidated(desired: Desired) -> Change:
    """A create that the server cannot check yet."""
    return _change(desired, Op.CREATE, validated=False, diff=_diff(desired, {}, desired.manifest))


def blocked(desired: Desired, message: str) -> Change:
    """What cannot be done."""
    return _change(desired, Op.BLOCKED, message=message)


def conflict(
    desired: Desired, live: Mapping[str, Any] | None, managers: tuple[tuple[str, tuple[str, ...]], ...]
) -> Change:
    """Fields that others hold."""
    who = ", ".join(manager for manager, _ in managers)
    held = "; ".join(f"{manager} holds {', '.join(fields)}" for manager, fields in managers)
    message = f"{held}: change it there, or take it with --force-conflicts"
    return _change(desired, Op.CONFLICT, owner=owner_of(live or {}) or who, message=message)


def foreign(desired: Desired, live: Mapping[str, Any]) -> Change | None:
    """An object of our name that is not ours; None where it is, or where only some fields are wanted."""
    if not desired.owned or has_our_fields(live) or has_our_label(live):
        return None
    owner = owner_of(live) or "somebody else"
    message = f"it is there already and belongs to {owner}; take it over with --force-conflicts"
    return _change(desired, Op.CONFLICT, owner=owner, message=message)


def fought(desired: Desired, live: Mapping[str, Any]) -> Change | None:
    """A change of somebody else's object whose deployer would undo it; None where nobody would."""
    owner = owner_of(live)
    if desired.owned or owner not in DEPLOYERS:
        return None
    message = f"it belongs to {owner}, which would undo the change: change its source, or add --force-conflicts"
    return _change(desired, Op.CONFLICT, owner=owner, message=message)


def wanted(desired: Desired) -> str:
    """What we want of an object, as YAML, for the source of another owner."""
    return _yaml(desired.manifest)


def _change(desired: Desired, op: Op, **more: Any) -> Change:
    ref = desired.ref
    named = PlannedObject(api_version=ref.api_version, kind=ref.kind, namespace=ref.namespace, name=ref.name)
    return Change(object=named, op=op, why=desired.why, **more)


def comparable(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The object without what the server alone writes."""
    metadata = {key: value for key, value in manifest["metadata"].items() if key not in _SERVERS_OWN}
    rest = {key: value for key, value in manifest.items() if key not in ("metadata", "status")}
    return {**rest, "metadata": metadata}


def _diff(desired: Desired, live: Mapping[str, Any], answered: Mapping[str, Any]) -> str:
    before = comparable(live) if live else {}
    ref = desired.ref
    shown = hidden(before, comparable(answered), secret=ref.kind == "Secret")
    return whole_diff(file_name(ref.api_version, ref.kind, ref.namespace, ref.name), *map(_yaml, shown))


def _yaml(manifest: Mapping[str, Any]) -> str:
    if not manifest:
        return ""
    text: str = yaml.dump(dict(manifest), Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=1_000_000)
    return text


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as a block: a policy's expression differs line by line."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Never `&id001`: two equal parts are written twice."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)
