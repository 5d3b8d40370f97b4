"""Why the server gave no answer to a dry-run, and what then tells.

A webhook whose `sideEffects` are not `None` or `NoneOnDryRun` is not called on a dry-run: the server refuses the
whole request (kubernetes/apiserver pkg/admission/plugin/webhook, NewDryRunUnsupportedErr). Such webhooks cannot be
made any more, since v1 of their API asks for one of the two; those that an older server stored go on.
"""

from __future__ import annotations

import re

from kubectl_ddfargate.facts.index import Index
from kubectl_ddfargate.model.kinds import WEBHOOKS
from kubectl_ddfargate.model.kube.admission import MutatingWebhookConfiguration
from kubectl_ddfargate.model.kubectl_line import kubectl_line

_NO_DRY_RUN = re.compile(r'admission webhook "([^"]+)" does not support dry run')


def why_refused(index: Index, message: str | None) -> str:
    """What a refused dry-run says, with the next step where a webhook takes no dry-runs."""
    refused = _NO_DRY_RUN.search(message or "")
    if refused is None:
        return f"the dry-run was refused: {message}"
    webhook = refused[1]
    kind, name = _configuration(index, webhook)
    look = kubectl_line(index.snapshot.kubectl_flags, "get", kind, *name, "-o", "yaml")
    where = f" of {kind}/{name[0]}" if name else ""
    return (
        f"webhook {webhook}{where} takes no dry-runs (its sideEffects are not None or NoneOnDryRun), so nothing of "
        f"new pods can be proved: update what it belongs to, or leave proof out with --no-prove; look: {look}"
    )


def _configuration(index: Index, webhook: str) -> tuple[str, tuple[str, ...]]:
    """The kind to look at, and the name of the configuration where it was read.

    It is looked up past the index: it makes the answer fuller, and no answer rests on it.
    """
    for one in index.snapshot.objects.get(WEBHOOKS.key, ()):
        if isinstance(one, MutatingWebhookConfiguration) and webhook in [own.name for own in one.webhooks or ()]:
            return WEBHOOKS.plural, (one.name,)
    return f"{WEBHOOKS.plural},validatingwebhookconfigurations", ()
