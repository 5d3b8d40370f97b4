"""Credential plugins: when they run, what they are told, which answers count."""

from __future__ import annotations

import os

from tests.cluster_access.builders import client_pem, credential, in_seconds
from tests.cluster_access.rows import Place, Row, row


@row
def exec_token(p: Place) -> Row:
    return Row({"config": p.config(p.exec(credential(token="from-plugin")))})


@row
def exec_token_that_ends_soon(p: Place) -> Row:
    answer = credential(token="soon", expirationTimestamp=in_seconds(60))
    return Row({"config": p.config(p.exec(answer))})


@row
def exec_token_that_has_ended(p: Place) -> Row:
    answer = credential(token="late", expirationTimestamp=in_seconds(-60))
    return Row({"config": p.config(p.exec(answer))}, ours="the plugin runs once a request; kubectl runs it twice")


@row
def exec_beta_version_without_mode(p: Place) -> Row:
    version = "client.authentication.k8s.io/v1beta1"
    return Row(
        {"config": p.config(p.exec(credential(version, token="x"), apiVersion=version, interactiveMode=None))}
    )


@row
def exec_without_mode(p: Place) -> Row:
    return Row({"config": p.config(p.exec(credential(token="x"), interactiveMode=None))}, requests=0)


@row
def exec_always_interactive_without_terminal(p: Place) -> Row:
    return Row({"config": p.config(p.exec(credential(token="x"), interactiveMode="Always"))}, requests=0)


@row
def exec_if_available_without_terminal(p: Place) -> Row:
    return Row({"config": p.config(p.exec(credential(token="x"), interactiveMode="IfAvailable"))})


@row
def exec_relative_command_with_separator(p: Place) -> Row:
    return Row({"config": p.config(p.exec(credential(token="rel"), name="bin/login", command="bin/login"))})


@row
def exec_bare_command_is_not_beside_the_file(p: Place) -> Row:
    return Row(
        {"config": p.config(p.exec(credential(token="rel"), name="login-here", command="login-here"))}, requests=0
    )


@row
def exec_bare_command_on_path(p: Place) -> Row:
    user = p.exec(credential(token="on-path"), name="tools/login-tool", command="login-tool")
    return Row({"config": p.config(user)}, env={"PATH": f"{p.folder}/tools:{os.environ['PATH']}"})


@row
def exec_path_in_its_own_env_does_not_find_it(p: Place) -> Row:
    user = p.exec(
        credential(token="x"),
        name="tools/login-tool",
        command="login-tool",
        env=[{"name": "PATH", "value": f"{p.folder}/tools"}],
    )
    return Row({"config": p.config(user)}, requests=0)


@row
def exec_told_about_the_cluster(p: Place) -> Row:
    cluster = {
        "tls-server-name": "api.test",
        "extensions": [
            {"name": "client.authentication.k8s.io/exec", "extension": {"audience": "x", "list": [1, True]}}
        ],
    }
    user = p.exec(
        credential(token="t"), provideClusterInfo=True, args=["a", "b c"], env=[{"name": "EXTRA", "value": "1"}]
    )
    return Row({"config": p.config(user, cluster=cluster)})


@row
def exec_client_certificate(p: Place) -> Row:
    certificate, key = client_pem(p.authority, "from-plugin")
    answer = credential(clientCertificateData=certificate.decode(), clientKeyData=key.decode())
    return Row({"config": p.config(p.exec(answer))})


@row
def exec_certificate_without_key(p: Place) -> Row:
    certificate, _ = client_pem(p.authority, "from-plugin")
    return Row({"config": p.config(p.exec(credential(clientCertificateData=certificate.decode())))}, requests=0)


@row
def exec_fails(p: Place) -> Row:
    return Row({"config": p.config(p.exec(credential(token="x"), exit_code=7))}, requests=0)


@row
def exec_is_missing(p: Place) -> Row:
    return Row({"config": p.config(p.exec("", command="/no/such/plugin"))}, requests=0)


@row
def exec_answers_nonsense(p: Place) -> Row:
    return Row({"config": p.config(p.exec("hello"))}, requests=0)


@row
def exec_answers_nothing(p: Place) -> Row:
    return Row({"config": p.config(p.exec(credential()))}, requests=0)


@row
def exec_answers_another_version(p: Place) -> Row:
    answer = credential("client.authentication.k8s.io/v1beta1", token="x")
    return Row({"config": p.config(p.exec(answer))}, requests=0)


@row
def exec_of_a_version_that_is_gone(p: Place) -> Row:
    version = "client.authentication.k8s.io/v1alpha1"
    return Row({"config": p.config(p.exec(credential(version, token="x"), apiVersion=version))}, requests=0)


@row
def exec_is_not_run_beside_a_token(p: Place) -> Row:
    return Row({"config": p.config({**p.exec("garbage"), "token": "t"})})


@row
def exec_is_not_run_beside_a_certificate(p: Place) -> Row:
    return Row({"config": p.config({**p.exec("garbage"), **p.pem("carla")})})


@row
def exec_is_not_run_with_a_token_flag(p: Place) -> Row:
    return Row({"config": p.config(p.exec("garbage"))}, flags={"token": "flag"})


@row
def exec_and_auth_provider(p: Place) -> Row:
    return Row({"config": p.config({**p.exec("x"), "auth-provider": {"name": "oidc"}})}, requests=0)
