"""Against a real API server: it must see the same person, whether kubectl asks or we do."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from kubectl_ddfargate.cluster import UnauthorizedError, connect
from kubectl_ddfargate.errors import ForbiddenError, NotFoundError
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster.cluster import Cluster
from tests.cluster_access.builders import as_arguments, credential, plugin, write

NAMESPACES = "/api/v1/namespaces"


class Meta(msgspec.Struct):
    name: str


class Named(msgspec.Struct):
    """Any object."""

    metadata: Meta


def admin(cluster: Cluster) -> dict[str, Any]:
    """The admin's kubeconfig, to change."""
    content: dict[str, Any] = yaml.safe_load(cluster.kubeconfig.read_text())
    return content


def with_user(cluster: Cluster, folder: Path, change: dict[str, Any], *, keep: bool = True) -> Path:
    """A kubeconfig whose user has these fields, beside the token or in its place."""
    content = admin(cluster)
    entry = content["users"][0]
    entry["user"] = {**(entry["user"] if keep else {}), **change}
    return write(folder / "changed", content)


def _token(cluster: Cluster) -> str:
    return str(admin(cluster)["users"][0]["user"]["token"])


def _exec(cluster: Cluster, folder: Path) -> Path:
    script = plugin(folder / "login", answer=credential(token=_token(cluster)))
    entry = {"command": "./login", "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never"}
    return with_user(cluster, script.parent, {"exec": entry}, keep=False)


def _token_file(cluster: Cluster, folder: Path) -> Path:
    (folder / "token").write_text(f"{_token(cluster)}\n")
    return with_user(cluster, folder, {"tokenFile": "token"}, keep=False)


def _inline_authority(cluster: Cluster, folder: Path) -> Path:
    content = admin(cluster)
    entry = content["clusters"][0]["cluster"]
    pem = Path(entry.pop("certificate-authority")).read_bytes()
    entry["certificate-authority-data"] = base64.b64encode(pem).decode()
    return write(folder / "changed", content)


WAYS: dict[str, tuple[Callable[[Cluster, Path], Path], ConnectionFlags]] = {
    "token": (lambda c, f: c.kubeconfig, ConnectionFlags()),
    "token file": (_token_file, ConnectionFlags()),
    "exec plugin": (_exec, ConnectionFlags()),
    "client certificate": (lambda c, f: c.user("carla", rules=[]), ConnectionFlags()),
    "authority inline": (_inline_authority, ConnectionFlags()),
    "as, of the file": (
        lambda c, f: with_user(
            c, f, {"as": "eve", "as-groups": ["g1", "g 2"], "as-user-extra": {"Sc/Op": ["v", "w"]}}
        ),
        ConnectionFlags(),
    ),
    "as, of flags": (
        lambda c, f: c.kubeconfig,
        ConnectionFlags(as_="eve", as_group=("system:masters",), as_uid="7", as_user_extra=("a=b", "a=c")),
    ),
    "as, of a flag over the file": (
        lambda c, f: with_user(c, f, {"as": "bob", "as-groups": ["g"], "as-uid": "1"}),
        ConnectionFlags(as_="größe"),
    ),
    "insecure": (lambda c, f: c.kubeconfig, ConnectionFlags(insecure_skip_tls_verify=True)),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_server_sees_the_same_person(way: str, cluster: Cluster, tmp_path: Path) -> None:
    make, flags = WAYS[way]
    path = make(cluster, tmp_path)
    cluster.kubectl("get", "--raw", f"{NAMESPACES}/by-kubectl", *as_arguments(flags), kubeconfig=path)
    with (
        connect(ConnectionFlags(**{**_fields(flags), "kubeconfig": str(path)})) as gateway,
        pytest.raises((NotFoundError, ForbiddenError)),
    ):
        gateway.get(f"{NAMESPACES}/by-us", Named)
    theirs, ours = (_person(cluster, name) for name in ("by-kubectl", "by-us"))
    assert theirs["user"]["username"]
    assert ours == theirs


def _fields(flags: ConnectionFlags) -> dict[str, Any]:
    return {name: getattr(flags, name) for name in flags.__dataclass_fields__}


def _person(cluster: Cluster, name: str) -> dict[str, Any]:
    """Who asked for a namespace, as the audit log has it."""

    def found() -> dict[str, Any] | None:
        events = (e for e in cluster.plane.audit_events() if e.get("requestURI") == f"{NAMESPACES}/{name}")
        return next(events, None)

    event = cluster.wait_for(found, what=f"the audit event for {name}")
    return {key: event.get(key) for key in ("user", "impersonatedUser", "verb")} | {
        "code": event["responseStatus"]["code"]
    }


def test_lists_in_pages(cluster: Cluster) -> None:
    for number in range(7):
        cluster.namespace(f"page-{number}", labels={"paged": "yes"})
    told: list[int] = []
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as gateway:
        items = gateway.list(
            NAMESPACES, Named, label_selector="paged=yes", limit=3, on_page=lambda count, left: told.append(count)
        )
        assert gateway.requests == 3
        everything = gateway.list(NAMESPACES, Named, limit=3)
    assert [item.metadata.name for item in items] == [f"page-{number}" for number in range(7)]
    assert told == [3, 6, 7]
    assert len(everything) == len(cluster.items("Namespace"))


def test_refusals(cluster: Cluster, tmp_path: Path) -> None:
    with connect(ConnectionFlags(kubeconfig=str(cluster.limited_kubeconfig))) as gateway:
        with pytest.raises(ForbiddenError, match='cannot list resource "secrets"'):
            gateway.list("/api/v1/secrets", Named)
        review = gateway.post(
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            {"spec": {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "default"}}},
            dict,
            idempotent=True,
        )
        assert review["status"]["allowed"] is False
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig))) as gateway:
        with pytest.raises(NotFoundError, match='namespaces "no-such" not found'):
            gateway.get(f"{NAMESPACES}/no-such", Named)
        with pytest.raises(NotFoundError):
            gateway.get("/apis/no.such.group/v1", dict)
    wrong = with_user(cluster, tmp_path, {"token": "wrong"}, keep=False)
    with (
        connect(ConnectionFlags(kubeconfig=str(wrong))) as gateway,
        pytest.raises(UnauthorizedError, match='does not accept the credentials of user "admin": Unauthorized'),
    ):
        gateway.get("/version", dict)


def test_warnings_of_the_server(cluster: Cluster) -> None:
    """A deprecated kind makes the server warn; the text comes through once."""
    warnings: list[str] = []
    with connect(ConnectionFlags(kubeconfig=str(cluster.kubeconfig)), warn=warnings.append) as gateway:
        for _ in range(2):
            gateway.list("/api/v1/componentstatuses", Named)
    assert warnings == ["v1 ComponentStatus is deprecated in v1.19+"]
