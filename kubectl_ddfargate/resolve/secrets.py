"""The Secret with API key and token that each target namespace needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kubectl_ddfargate.facts.cluster_agent import ClusterAgent, setting
from kubectl_ddfargate.facts.index import Index, NotReadError
from kubectl_ddfargate.facts.secret_facts import API_KEY_VARIABLE, TOKEN_VARIABLE
from kubectl_ddfargate.model.design import API_KEY, SECRET, TOKEN, SecretCopy, SecretSource, SecretStore
from kubectl_ddfargate.model.kinds import SECRETS
from kubectl_ddfargate.model.kube.config import Secret
from kubectl_ddfargate.model.ours import labelled
from kubectl_ddfargate.model.settings import InstallSettings
from kubectl_ddfargate.model.snapshot import Unread
from kubectl_ddfargate.resolve.desk import DEFAULT, Desk
from kubectl_ddfargate.resolve.kept_secrets import KeptSecrets

MODES = ("copy", "external", "none")
_VARIABLES = {API_KEY: API_KEY_VARIABLE, TOKEN: TOKEN_VARIABLE}
_WAY_ON = "use --secrets external"


def secret_mode(desk: Desk) -> str:
    """`copy`, `external` or `none`."""
    mode = desk.settings.secrets.mode or "copy"
    desk.settle("secrets.mode", mode, DEFAULT)
    return mode


def secret_store(desk: Desk) -> SecretStore | None:
    """The store of the External Secrets Operator, where one was named."""
    store = store_of(desk.settings)
    if store is not None:
        desk.settle("secrets.store", f"{store.kind}/{store.name}", "the settings")
    return store


def store_of(settings: InstallSettings) -> SecretStore | None:
    """The store that the settings name."""
    said = settings.secrets.store
    if said is None:
        return None
    return SecretStore(name=said.name, kind=said.kind, api_key=said.api_key, token=said.token)


def settle_secrets(desk: Desk, agent: ClusterAgent, namespaces: Iterable[str], mode: str) -> tuple[SecretCopy, ...]:
    """The Secrets that are made, or that must come from elsewhere. Those that others keep rightly are left out."""
    places = sorted(namespaces)
    if mode == "none":
        desk.inform(f"no Secrets are made; each needs {SECRET} with {API_KEY} and {TOKEN}: {', '.join(places)}")
        return ()
    if mode == "external":
        return _external(desk, places)
    sources = _sources(desk, agent, places)
    kept = KeptSecrets()
    found = [copy for place in places if (copy := _copy(desk, place, sources, kept)) is not None]
    kept.tell(desk)
    return tuple(found) if len(sources) == len(_VARIABLES) else ()


def live_secret(index: Index, namespace: str, name: str = SECRET) -> Secret | None:
    """A Secret; None where it is known not to be there.

    Raises NotReadError where it may not be read, and where nobody asked for it.
    """
    found: Secret | None = index.get(SECRETS, namespace, name)
    asked = {(one.resource, one.namespace, one.name) for one in index.snapshot.missing}
    if found is None and (SECRETS.plural, namespace, name) not in asked:
        raise NotReadError(
            Unread(resource=SECRETS.plural, verb="get", namespace=namespace, name=name, reason="not asked for")
        )
    return found


def _sources(desk: Desk, agent: ClusterAgent, places: list[str]) -> dict[str, SecretSource]:
    """Where the cluster agent itself has the values from; with a note for each that is not known."""
    found = {}
    for key, variable in _VARIABLES.items():
        try:
            source = _source(desk, agent, variable, places)
        except NotReadError as error:
            desk.unread(f"the source of {variable}", error, otherwise=_WAY_ON)
            continue
        if source is not None:
            found[key] = source
            where = f"secret/{source.name} -n {source.namespace}, key {source.key}"
            desk.settle(f"secrets.{key}", where, agent.address)
    return found


def _source(desk: Desk, agent: ClusterAgent, variable: str, places: list[str]) -> SecretSource | None:
    known = setting(desk.index, agent, variable)
    create = tuple(_create(desk, place) for place in places)
    if known is None or known.secret is None or not known.secret.key:
        has = f"has no {variable}" if known is None else f"has {variable} from no Secret"
        desk.block(
            f"{agent.address} {has}, so there is nothing to copy",
            next_step=f"let it take {variable} from a Secret, or create {SECRET} in each namespace and {_WAY_ON}",
            commands=create,
        )
        return None
    name = known.secret.secret
    secret = live_secret(desk.index, agent.namespace, name)
    mark = (secret.keys or {}).get(known.secret.key) if secret is not None else None
    if mark is None or not mark.digest:
        lack = "is not there" if secret is None else f"has no key {known.secret.key}"
        if mark is not None:
            lack = f"is empty under the key {known.secret.key}"
        desk.block(
            f"secret {agent.namespace}/{name}, from which {agent.address} takes {variable}, {lack}",
            next_step=f"create it, or create {SECRET} in each namespace and {_WAY_ON}",
            commands=create,
        )
        return None
    return SecretSource(agent.namespace, name, known.secret.key)


def _copy(desk: Desk, namespace: str, sources: Mapping[str, SecretSource], kept: KeptSecrets) -> SecretCopy | None:
    """The copy for one namespace; None where somebody else's Secret serves, or is in the way."""
    try:
        live = live_secret(desk.index, namespace)
    except NotReadError as error:
        desk.unread(f"whether {namespace} has {SECRET}", error, otherwise=_WAY_ON)
        return None
    if live is None or labelled(live.labels):
        return SecretCopy(namespace, SECRET, dict(sources))
    lacking = lacking_keys(live)
    if lacking:
        desk.block(
            f"secret {namespace}/{SECRET} is not ours and lacks {' and '.join(lacking)}",
            next_step="add what lacks, or delete it: then a copy is made",
            commands=(desk.kubectl("get", "secret", SECRET, "-n", namespace),),
        )
        return None
    kept.add(namespace, stale=[key for key, one in sources.items() if _differs(desk.index, live, key, one)])
    return None


def _differs(index: Index, live: Secret, key: str, source: SecretSource) -> bool:
    """Whether two values differ, by their marks: the values themselves are never there."""
    origin: Secret | None = index.get(SECRETS, source.namespace, source.name)
    marks = ((live.keys or {}).get(key), ((origin.keys if origin else None) or {}).get(source.key))
    return None not in marks and marks[0] != marks[1]


def _external(desk: Desk, namespaces: list[str]) -> tuple[SecretCopy, ...]:
    """The Secrets that must come from elsewhere; with a note where one lacks and no store makes it."""
    found = []
    for namespace in namespaces:
        found.append(SecretCopy(namespace, SECRET, {}))
        if desk.settings.secrets.store is not None:
            continue
        try:
            live = live_secret(desk.index, namespace)
        except NotReadError as error:
            desk.unread(f"whether {namespace} has {SECRET}", error)
            continue
        lacking = lacking_keys(live)
        if lacking:
            desk.block(
                f"secret {namespace}/{SECRET} must be there and {'is not' if live is None else 'lacks'}"
                f"{'' if live is None else ' ' + ' and '.join(lacking)} (keys {API_KEY} and {TOKEN})",
                next_step="create it, or name a store (secrets.store in the settings file), or use --secrets copy",
                commands=(_create(desk, namespace),) if live is None else (),
            )
    return tuple(found)


def lacking_keys(live: Secret | None) -> list[str]:
    """Which of both keys a Secret does not have, or has empty. None: there is no Secret."""
    keys = (live.keys if live is not None else None) or {}
    return [key for key in (API_KEY, TOKEN) if key not in keys or not keys[key].digest]


def _create(desk: Desk, namespace: str) -> str:
    """The command that makes the Secret from files, so that no value stands in a shell's history."""
    files = (f"--from-file={key}={key}.txt" for key in (API_KEY, TOKEN))
    return desk.kubectl("create", "secret", "generic", SECRET, "-n", namespace, *files)
