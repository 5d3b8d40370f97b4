"""What a user is told about a kubeconfig that does not lead anywhere, and where we go in a pod."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kubectl_ddfargate.cluster.in_cluster import in_cluster_choice
from kubectl_ddfargate.cluster.kubeconfig_entries import Cluster, User
from kubectl_ddfargate.cluster.legacy_providers import provider_token
from kubectl_ddfargate.cluster.target import Target, resolve_target
from kubectl_ddfargate.errors import CredentialsError, DdfargateError, KubeconfigError, UsageError
from kubectl_ddfargate.model.connection import ConnectionFlags
from tests.cluster_access.builders import document, write

SERVER = "https://api.test"


def resolve(**flags: Any) -> Target:
    return resolve_target(ConnectionFlags(**flags), warn=lambda text: None)


@pytest.mark.parametrize(
    ("content", "flags", "message", "hint"),
    [
        pytest.param(None, {}, "no kubeconfig was found; looked at ~/.kube/config", "KUBECONFIG", id="none"),
        (None, {"context": "prod"}, "no kubeconfig was found; looked at ~/.kube/config", "KUBECONFIG"),
        (None, {"cluster": "prod"}, "no kubeconfig was found; looked at ~/.kube/config", "KUBECONFIG"),
        (None, {"user": "prod"}, "no kubeconfig was found; looked at ~/.kube/config", "KUBECONFIG"),
        (None, {"kubeconfig": "/no/file"}, "kubeconfig /no/file does not exist", "--kubeconfig"),
        (
            document(SERVER, name="prod-eu"),
            {"context": "prod"},
            'context "prod" does not exist in ~/.kube/config; did you mean "prod-eu"?',
            "get-contexts",
        ),
        (
            document(SERVER, name="arn:aws:eks:eu-west-1:123:cluster/shop"),
            {"context": "shop"},
            'did you mean "arn:aws:eks:eu-west-1:123:cluster/shop"?',
            "get-contexts",
        ),
        (document(SERVER), {"user": "mian"}, 'user "mian" does not exist in ~/.kube/config; did you', "get-users"),
        (document(SERVER), {"cluster": "zzz"}, 'cluster "zzz" does not exist in ~/.kube/config', "get-clusters"),
        (document(SERVER, current=None), {}, "~/.kube/config has no current context", "--context NAME (main)"),
        (document(SERVER, current="gone"), {}, 'context "gone" does not exist', "get-contexts"),
        (document(None), {}, 'cluster "main" in ~/.kube/config has no server', "server"),
        (
            document(SERVER, context={"user": "man"}),
            {},
            'context "main" names the user "man", which does not exist in ~/.kube/config; did you mean "main"?',
            "add the user",
        ),
        (document(SERVER, context={"cluster": "x"}), {}, 'names the cluster "x", which does not exist', "add the"),
        (
            document(SERVER, context={"cluster": ""}),
            {},
            'context "main" in ~/.kube/config names no cluster',
            "--cluster",
        ),
        (
            "a: b\nusers:\n\t- x",
            {},
            "kubeconfig ~/.kube/config line 3, column 1 is not valid YAML: a tab or another character",
            "with spaces",
        ),
        (
            "users: {a: [}",
            {},
            "kubeconfig ~/.kube/config line 1, column 13 is not valid YAML",
            "brackets",
        ),
        ("users: !!python/object:os.system {}", {}, "line 1, column 8 is not valid YAML", "remove the tag"),
        ("\x00", {}, "kubeconfig ~/.kube/config", ""),
        ("just text", {}, "kubeconfig ~/.kube/config is not understood: Expected `object`", "config view"),
        ("users: 3", {}, "is not understood: Expected `array | null`, got `int` - at `$.users`", "config view"),
        (
            "contexts:\n- name: a\n- context: {}\n  name: a\n",
            {},
            'kubeconfig ~/.kube/config line 4: contexts has "a" twice',
            "remove one",
        ),
        (document("ftp://x"), {}, 'the server "ftp://x" is no http or https URL', "https://"),
        (document("https://u:s3cr3t@x"), {}, "the URL of the server x carries a password", "user entry"),
        (document("https://x:s3cr3t@:99999"), {}, "is no http or https URL", "https://"),
        (document("https://[::1"), {}, 'the server "https://[::1" is no http or https URL', "https://"),
        (document("https://x:port"), {}, "is no http or https URL", "https://"),
        (document(SERVER, user={"as": "a\nb"}), {}, "a name to impersonate holds a line break", "--as"),
        (
            document(SERVER, cluster={"certificate-authority-data": "s3cr3t!"}),
            {},
            'certificate-authority-data of cluster "main" is not valid base64',
            "copy",
        ),
        (document(SERVER, cluster={"proxy-url": "ftp://s3cr3t@x"}), {}, "is no proxy that can be used", "http"),
        (document(SERVER, cluster={"proxy-url": "http://s3cr3t@x:y"}), {}, "is no proxy that can be used", "http"),
    ],
)
def test_messages(content: Any, flags: dict[str, Any], message: str, hint: str, home: Path) -> None:
    if content is not None:
        write(home / ".kube/config", content)
    with pytest.raises(KubeconfigError) as caught:
        resolve(**flags)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert "s3cr3t" not in f"{caught.value.message} {caught.value.hint}"


def test_broken_yaml_shows_no_text_around(home: Path) -> None:
    write(home / ".kube/config", 'users:\n- user: {token: "s3cr3t}\n')
    with pytest.raises(KubeconfigError) as caught:
        resolve()
    chain: list[BaseException | None] = [caught.value, caught.value.__cause__]
    assert "s3cr3t" not in " ".join(map(str, chain))


def test_unreadable_kubeconfig(home: Path) -> None:
    (home / ".kube/config").mkdir(parents=True)
    with pytest.raises(KubeconfigError, match=r"kubeconfig ~/\.kube/config cannot be read: Is a directory"):
        resolve()


@pytest.mark.parametrize(
    ("flags", "context", "namespace"),
    [({}, {}, "default"), ({}, {"namespace": "shop"}, "shop"), ({"namespace": "x"}, {"namespace": "shop"}, "x")],
)
def test_namespace(flags: dict[str, Any], context: dict[str, Any], namespace: str, home: Path) -> None:
    write(home / ".kube/config", document(SERVER, context=context))
    assert resolve(**flags).namespace == namespace


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("0s", 0), ("30", 30), ("1m30s", 90), ("1.5h", 5400), ("250ms", 0.25), ("2h3m.5s", 7380.5)],
)
def test_request_timeout(text: str, seconds: float, home: Path) -> None:
    write(home / ".kube/config", document(SERVER))
    assert resolve(request_timeout=text).request_timeout == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "soon", "1 s", "-5s", "5S", "1m30", "s", "1d"])
def test_request_timeout_that_is_none(text: str, home: Path) -> None:
    write(home / ".kube/config", document(SERVER))
    with pytest.raises(UsageError, match=f'"{text}" is not a timeout'):
        resolve(request_timeout=text)


def test_server_flag_needs_no_kubeconfig() -> None:
    target = resolve(server="https://10.0.0.1:6443", token="t", insecure_skip_tls_verify=True)
    assert (target.server, target.context, target.insecure) == ("https://10.0.0.1:6443", None, True)


def test_kubernetes_master(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_MASTER", "http://127.0.0.1:8001/")
    assert resolve().server == "http://127.0.0.1:8001"


@pytest.mark.parametrize(("server", "told"), [("http://api.test", 1), ("http://127.0.0.1:8001", 0)])
def test_credentials_left_out_on_plain_http_are_told(server: str, told: int, home: Path) -> None:
    write(home / ".kube/config", document(server, user={"token": "t"}))
    warnings: list[str] = []
    target = resolve_target(ConnectionFlags(), warn=warnings.append)
    assert target.user == User()
    assert len(warnings) == told


# --- inside a pod


@pytest.fixture
def account(tmp_path: Path) -> Path:
    folder = tmp_path / "serviceaccount"
    for name, text in (("token", "t"), ("ca.crt", "c"), ("namespace", "shop\n")):
        write(folder / name, text)
    return folder


POD = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}


def test_in_a_pod(account: Path) -> None:
    choice = in_cluster_choice(ConnectionFlags(as_="eve", as_group=("g",)), POD, folder=account)
    assert choice is not None
    assert choice.cluster == Cluster(server="https://[fd00::1]:443", certificate_authority=str(account / "ca.crt"))
    assert choice.user == User(token_file=str(account / "token"), as_="eve", as_groups=["g"])
    assert choice.namespace == "shop"


def test_in_a_pod_a_token_flag_replaces_the_accounts(account: Path) -> None:
    choice = in_cluster_choice(ConnectionFlags(token="mine"), POD, folder=account)
    assert choice is not None
    assert choice.user == User(token="mine")


@pytest.mark.parametrize("missing", [*POD, "token"])
def test_not_in_a_pod(missing: str, account: Path) -> None:
    if missing == "token":
        (account / "token").unlink()
    environ = {name: value for name, value in POD.items() if name != missing}
    assert in_cluster_choice(ConnectionFlags(), environ, folder=account) is None


def test_pod_is_asked_only_without_a_server(account: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (account / "ca.crt").unlink()
    monkeypatch.setattr("kubectl_ddfargate.cluster.in_cluster.SERVICE_ACCOUNT", account)
    monkeypatch.setattr(in_cluster_choice, "__kwdefaults__", {"folder": account})
    for name, value in POD.items():
        monkeypatch.setenv(name, value)
    assert resolve().server == "https://[fd00::1]:443"
    write(home / ".kube/config", document(SERVER))
    assert resolve().server == SERVER


# --- auth-provider


@pytest.mark.parametrize(
    ("provider", "message", "hint"),
    [
        ({"name": "gcp"}, "the gcp auth plugin, which has been removed", "gke-gcloud-auth-plugin"),
        ({"name": "azure"}, "the azure auth plugin, which has been removed", "kubelogin"),
        ({"name": "acme"}, 'the auth-provider "acme", which is unknown', "exec plugin"),
        ({"name": "oidc", "config": {}}, "the OIDC token of user", "kubectl get --raw /version --context main"),
        ({"name": "oidc", "config": {"id-token": "a.s3cr3t.c"}}, "has expired", "kubectl get --raw"),
    ],
)
def test_auth_providers(provider: dict[str, Any], message: str, hint: str, home: Path) -> None:
    write(home / ".kube/config", document(SERVER, user={"auth-provider": provider}))
    target = resolve()
    assert target.user.auth_provider is not None
    with pytest.raises(CredentialsError, match=message) as caught:
        provider_token(target.user.auth_provider, target)
    assert hint in (caught.value.hint or "")
    assert "s3cr3t" not in caught.value.message


def test_all_errors_say_what_next(home: Path) -> None:
    write(home / ".kube/config", document(SERVER, user={"token": "t", "username": "u"}))
    with pytest.raises(DdfargateError) as caught:
        resolve()
    assert caught.value.hint
