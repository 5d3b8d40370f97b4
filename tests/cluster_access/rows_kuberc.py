"""Which plugins the user's kuberc allows."""

from __future__ import annotations

import os
from typing import Any

from tests.cluster_access.builders import credential, write
from tests.cluster_access.rows import Place, Row, row


def _kuberc(p: Place, text: str, *, version: str = "v1beta1") -> str:
    p.text("rc", f"apiVersion: kubectl.config.k8s.io/{version}\nkind: Preference\n{text}")
    return str(p.folder / "rc")


def _with_policy(p: Place, text: str, *, requests: int, **more: Any) -> Row:
    env = {"KUBERC": _kuberc(p, text), **more}
    return Row({"config": p.config(p.exec(credential(token="x")))}, env=env, requests=requests)


@row
def kuberc_denies_all(p: Place) -> Row:
    return _with_policy(p, "credentialPluginPolicy: DenyAll", requests=0)


@row
def kuberc_denies_all_but_a_token_needs_no_plugin(p: Place) -> Row:
    return Row(
        {"config": p.config({**p.exec("x"), "token": "t"})},
        env={"KUBERC": _kuberc(p, "credentialPluginPolicy: DenyAll")},
    )


@row
def kuberc_allows_all(p: Place) -> Row:
    return _with_policy(p, "credentialPluginPolicy: AllowAll", requests=1)


@row
def kuberc_allows_this_path(p: Place) -> Row:
    text = f"credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{command: {p.folder}/plugin}}]"
    return _with_policy(p, text, requests=1)


@row
def kuberc_allows_this_path_by_the_old_field(p: Place) -> Row:
    text = f"credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{name: {p.folder}/plugin}}]"
    return _with_policy(p, text, requests=1)


@row
def kuberc_allows_a_name_on_path(p: Place) -> Row:
    text = "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: plugin}]"
    return _with_policy(p, text, requests=1, PATH=f"{p.folder}:{os.environ['PATH']}")


@row
def kuberc_allows_something_else(p: Place) -> Row:
    return _with_policy(
        p, "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: plugin}]", requests=0
    )


@row
def kuberc_allowlist_without_policy(p: Place) -> Row:
    return _with_policy(p, "credentialPluginAllowlist: [{command: plugin}]", requests=0)


@row
def kuberc_allowlist_empty(p: Place) -> Row:
    return _with_policy(p, "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: []", requests=0)


@row
def kuberc_policy_unknown(p: Place) -> Row:
    return _with_policy(p, "credentialPluginPolicy: Sometimes", requests=0)


@row
def kuberc_entry_not_clean(p: Place) -> Row:
    text = f"credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{command: {p.folder}//plugin}}]"
    return _with_policy(p, text, requests=0)


@row
def kuberc_named_and_missing(p: Place) -> Row:
    return Row({"config": p.config({"token": "t"})}, env={"KUBERC": "/no/such/file"}, requests=0)


@row
def kuberc_off(p: Place) -> Row:
    p.text("rc", "")
    home = write(p.folder / "home/.kube/kuberc", (p.folder / "rc").read_text() + _DENY)
    assert home.exists()
    return Row({"config": p.config(p.exec(credential(token="x")))}, env={"KUBERC": "off"})


@row
def kuberc_in_the_home_folder(p: Place) -> Row:
    write(p.folder / "home/.kube/kuberc", _DENY)
    return Row({"config": p.config(p.exec(credential(token="x")))}, requests=0)


@row
def kuberc_flag(p: Place) -> Row:
    path = _kuberc(p, "credentialPluginPolicy: DenyAll")
    return Row({"config": p.config(p.exec(credential(token="x")))}, flags={"kuberc": path}, requests=0)


@row
def kuberc_second_document_counts(p: Place) -> Row:
    p.text("rc", f"apiVersion: example.com/v1\nkind: Other\n---\n{_DENY}")
    return Row(
        {"config": p.config(p.exec(credential(token="x")))}, env={"KUBERC": str(p.folder / "rc")}, requests=0
    )


_DENY = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n"
