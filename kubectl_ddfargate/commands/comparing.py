"""Asks the server what an apply would make of each object: its dry-run answer against what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from kubectl_ddfargate.cluster.objects import NotServedError, Object, Objects
from kubectl_ddfargate.cluster.rights_asked import missing_rights
from kubectl_ddfargate.cluster.secret_values import Sources
from kubectl_ddfargate.errors import ApiError, ConflictError, ForbiddenError, NotFoundError
from kubectl_ddfargate.model.objects import MANAGED_BY, MANAGER, Desired, ObjectRef, ref_of
from kubectl_ddfargate.model.plan import Change, Op
from kubectl_ddfargate.plan.compare import blocked, change_for, conflict, foreign, fought, unvalidated

PARALLEL = 4
SEVERAL = 3
"""From so many objects of one kind on, one list of ours takes the place of a question for each."""
_KYVERNO = ("kyverno", "cluster_policy")


def changes(objects: Objects, desired: Sequence[Desired], *, force: bool = False) -> tuple[Change, ...]:
    """One change for each object, in the same order. Writes nothing."""
    for one in desired:
        objects.served(one.ref.api_version, one.ref.kind)  # once, before threads ask for the same
    sources = Sources(objects.gateway)
    with ThreadPoolExecutor(PARALLEL, thread_name_prefix="plan") as pool:
        ours = {ref: live for found in pool.map(partial(_ours, objects), _of_many(desired)) for ref, live in found}
        return tuple(pool.map(lambda one: _change(objects, one, ours.get(one.ref), sources, force=force), desired))


def _of_many(desired: Sequence[Desired]) -> list[tuple[str, str]]:
    """The kinds, outside of namespaces, of which several objects are wanted."""
    count = Counter((one.ref.api_version, one.ref.kind) for one in desired if not one.ref.namespace)
    return [kind for kind, number in count.items() if number >= SEVERAL]


def _ours(objects: Objects, kind: tuple[str, str]) -> list[tuple[ObjectRef, Object]]:
    """What is there of a kind and carries our label, by one list. Nothing where that is refused."""
    try:
        return [(ref_of(one), one) for one in objects.list_all(kind, labels=f"{MANAGED_BY}={MANAGER}")]
    except ApiError:
        return []


def _change(objects: Objects, one: Desired, live: Object | None, sources: Sources, *, force: bool) -> Change:
    try:
        live = live or objects.live(one.ref)
    except ForbiddenError as error:
        return blocked(one, _told(error))
    if live is not None and not force and (stranger := foreign(one, live)) is not None:
        return stranger
    try:
        answered = _dry_run(objects, one, sources, force=force)
    except NotServedError as error:
        return blocked(one, _not_served(one, error))
    except ConflictError as error:
        return conflict(one, live, error.managers)
    except ForbiddenError as error:
        # A lack of rights is told once for all objects. Anything else that says 403 is an admission control.
        hopeful = unvalidated(one)
        return hopeful if missing_rights(objects, [hopeful]) else blocked(one, _told(error))
    except NotFoundError as error:
        if error.reason == "SourceMissing" or live is not None:
            return blocked(one, _told(error))
        return unvalidated(one)  # its namespace does not exist yet
    except ApiError as error:
        return blocked(one, _words(one, error))
    change = change_for(one, live, answered)
    if change.op is Op.UPDATE and live is not None and not force:
        return fought(one, live) or change
    return change


def _words(one: Desired, error: ApiError) -> str:
    if one.component in _KYVERNO and error.status >= 500:
        # Kyverno looks at its own policies by a webhook that fails closed
        return f"Kyverno does not answer: start it, or choose another --injector ({error.message})"
    return _told(error)


def _not_served(one: Desired, error: NotServedError) -> str:
    if one.ref.kind == "ExternalSecret":  # no injector brings it, and none does without
        return f"{error.message}; next: install the External Secrets Operator, or choose another --secrets"
    return _told(error)


def _told(error: ApiError) -> str:
    """A plan holds nothing but this of an error: its next step must be in it."""
    return f"{error.message}; next: {error.hint}" if error.hint else error.message


def _dry_run(objects: Objects, one: Desired, sources: Sources, *, force: bool) -> Object:
    if one.secret is not None and one.secret.sources:
        return objects.apply_secret(one.manifest, one.secret, dry_run=True, force=force, sources=sources)
    return objects.apply(one.manifest, dry_run=True, force=force)
