"""The phases of `doctor` in the order of the page, and why each is not smaller."""

from __future__ import annotations

from collections.abc import Mapping

from kubectl_ddfargate.model.prove_limits import USUAL

PHASES: Mapping[str, str] = {
    "imports": "click at the start, the rest when a command is chosen; urllib3 with ssl and msgspec are most",
    "credentials": "the kubeconfig is read once, by the C loader of YAML; a credential plugin runs once",
    "connect": "one TLS handshake for each thread that reads; connections are kept",
    "wait": "the API server's own work: it looks through all pods for those that match. "
    "The first page comes from its memory, later ones from etcd",
    "transfer": "what is selected, once; packed where the link is slower than packing",
    "decode": "into records that hold only what is judged; the rest of an object is skipped, not built",
    "reading, wall": "kinds side by side; pages of pods one after the other, each asked for "
    "as soon as the one before begins to come",
    "proving, wall": f"dry-runs side by side, {USUAL} at most; their templates are kept from the lists; "
    "Secrets and RBAC come meanwhile",
    "access reviews, wall": "side by side; beyond two ServiceAccounts two lists of RBAC tell nearly all of it",
    "facts and checks": "each fact is worked out once; see below",
    "render": "folded by workload before it is printed",
}
