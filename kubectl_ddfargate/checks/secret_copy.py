"""Commands that fill a Secret from one that is there already, without showing a value.

kubectl writes the manifest or patch from the source and hands it on through a pipe: nothing comes into the shell's
history, the process list or an annotation.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from kubectl_ddfargate.checks.remedies import kubectl
from kubectl_ddfargate.facts.cluster_agent import cluster_agent, setting
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.variables import SecretUse

Sources = Mapping[str, tuple[str, SecretUse]]
"""Wanted key → namespace and key that its value is taken from."""


def copy_secret(index: Index, name: str, namespace: str, keys: Mapping[str, str]) -> str:
    """The command that makes a missing Secret from what the cluster agent uses.

    `keys` maps each wanted key to the variable that takes it. Where the source of a key is not known, the values
    are to be typed into files.
    """
    sources = _sources(index, keys)
    if not keys or len(sources) < len(keys):
        files = [f"--from-file={key}={key}.txt" for key in sorted(keys) or ["KEY"]]
        return kubectl(index, "create", "secret", "generic", name, "-n", namespace, *files)
    head = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}}
    return f"{_filled(index, head, sources)} | {kubectl(index, 'create', '-f', '-')}"


def fill_secret(index: Index, name: str, namespace: str, keys: Mapping[str, str]) -> str:
    """As `copy_secret`, and right too where the Secret turns out to be there: it then gets the keys that it lacks.

    A key that is there with another value is a conflict, and is left alone.
    """
    sources = _sources(index, keys)
    if len(sources) < len(keys):
        typed = f"{copy_secret(index, name, namespace, keys)} --dry-run=client -o yaml"
        return f"{typed} | {kubectl(index, 'apply', '--server-side', '-f', '-')}"
    head = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}}
    return f"{_filled(index, head, sources)} | {kubectl(index, 'apply', '--server-side', '-f', '-')}"


def set_key_from_cluster_agent(index: Index, name: str, namespace: str, key: str, variable: str) -> str | None:
    """The command that gives one key of a Secret the cluster agent's own value; None where that is not known."""
    sources = _sources(index, {key: variable})
    if not sources or sources[key] == (namespace, SecretUse(variable, name, key, sources[key][1].path)):
        return None
    return _patched(index, name, namespace, sources)


def set_key_from_twin(index: Index, name: str, namespace: str, key: str, twin: str) -> str:
    """The command that gives one key of a Secret the value of another of its keys."""
    return _patched(index, name, namespace, {key: (namespace, SecretUse("", name, twin, ""))})


def _patched(index: Index, name: str, namespace: str, sources: Sources) -> str:
    words = ("patch", "secret", name, "-n", namespace, "--type", "merge", "--patch-file", "/dev/stdin")
    return f"{_filled(index, {}, sources)} | {kubectl(index, *words)}"


def _filled(index: Index, head: Mapping[str, object], sources: Sources) -> str:
    """The command that prints `head` with the sources' values under `data`."""
    namespace = next(iter(sources.values()))[0]
    secrets = sorted({use.secret for _, use in sources.values()})
    # kubectl gives one Secret as itself and several as a list, in the order of the arguments.
    root = "" if len(secrets) == 1 else "(index .items {})"
    data = {
        key: "{{index " + root.format(secrets.index(use.secret)) + '.data "' + use.key + '"}}'
        for key, (_, use) in sorted(sources.items())
    }
    body = ",".join(f'{json.dumps(key)}:"{value}"' for key, value in data.items())
    start = json.dumps(dict(head))[:-1] + ("," if head else "")
    template = start + '"data":{' + body + "}}"
    words = ("get", "secrets", *secrets, "-n", namespace, "-o")
    return f"{kubectl(index, *words)} {shlex.quote('go-template=' + template)}"


def _sources(index: Index, keys: Mapping[str, str]) -> Sources:
    """What the cluster agent itself uses for the variables of these keys; nothing where any is not known."""
    try:
        agent = cluster_agent(index)
        found = {key: setting(index, agent, variable) if agent else None for key, variable in keys.items()}
    except NotReadError:
        return {}
    known = {key: entry.secret for key, entry in found.items() if entry and entry.secret and entry.secret.key}
    if agent is None or len(known) < len(keys):
        return {}
    return {key: (agent.namespace, use) for key, use in known.items()}
