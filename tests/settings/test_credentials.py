"""A credential among the settings is refused, and is shown nowhere."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from kubectl_ddfargate.commands.settings import load_given
from kubectl_ddfargate.errors import UsageError
from tests.cluster import canary
from tests.settings.conftest import as_file

NAMED = [
    "DD_API_KEY",
    "DD_APP_KEY",
    "DD_CLUSTER_AGENT_AUTH_TOKEN",
    "DD_LOGS_CONFIG_API_KEY",
    "DB_PASSWORD",
    "TOKEN",
]
SHAPED = [
    canary.API_KEY,
    f'{{"https://app.datadoghq.com": ["{canary.OTHER_API_KEY}"]}}',
    canary.TOKEN,
    canary.OTHER_TOKEN,
    f"http://user:{canary.APP_PASSWORD}@proxy:3128",
]


def _told(path: Path | None = None, **given: object) -> str:
    """Everything that the error of these settings could show."""
    flags = given.get("flags", {})
    environ = given.get("environ", {})
    assert isinstance(flags, dict)
    assert isinstance(environ, dict)
    with pytest.raises(UsageError) as caught:
        load_given(path, flags, environ)
    error = caught.value
    text = "\n".join((error.message, error.hint or "", repr(error), *traceback.format_exception(error)))
    assert canary.found_in(text.encode()) == []
    return error.message


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("value", canary.ALL)
def test_by_name(file: Callable[[str], Path], name: str, value: str) -> None:
    why = f'"{name}" is a credential, and would stand in the policy in clear'
    assert _told(flags={"--agent-env": ("DD_ENV=x", f"{name}={value}")}) == f"--agent-env: {why}"
    assert _told(environ={"DDFARGATE_AGENT_ENV": f"{name}={value}"}) == f"DDFARGATE_AGENT_ENV: {why}"
    path = file(as_file({"agent.env": {name: value}}))
    assert _told(path) == f"{path}: agent.env: {why}"


@pytest.mark.parametrize("value", SHAPED)
def test_by_the_shape_of_the_value(file: Callable[[str], Path], value: str) -> None:
    why = 'the value of "DD_X" looks like a credential, and would stand in the policy in clear'
    assert _told(flags={"--agent-env": (f"DD_X={value}",)}) == f"--agent-env: {why}"
    path = file(as_file({"agent.env": {"DD_X": value}}))
    assert _told(path) == f"{path}: agent.env: {why}"


@pytest.mark.parametrize("name", ["DD_TAGS", "DD_SITE", "DD_SERVICE"])
def test_a_key_under_a_harmless_name(name: str) -> None:
    assert "looks like a credential" in _told(flags={"--agent-env": (f"{name}={canary.API_KEY}",)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DD_SERVICE", "checkout-service-v2-production"),
        ("DD_TAGS", "team:shop env:prod-eu-west-1"),
        ("DD_CLUSTER_AGENT_TOKEN_NAME", "datadog-token"),
        ("DD_CONFD_PATH", "/etc/datadog-agent7/conf.d"),
        ("DD_API_KEY", "$(SHOP_KEY)"),
        ("DD_TOKENIZE", "true"),
        ("DD_PROXY_HTTPS", "http://proxy:3128"),
    ],
)
def test_what_is_no_credential(name: str, value: str) -> None:
    assert load_given(None, {"--agent-env": (f"{name}={value}",)}, {}).settings.agent.env == {name: value}


@pytest.mark.parametrize("key", ["apiKey", "token"])
def test_the_key_instead_of_its_path_in_the_store(file: Callable[[str], Path], key: str) -> None:
    path = file(as_file({"secrets.store": {"name": "vault", key: canary.API_KEY}}))
    assert _told(path).startswith(f"{path}: secrets.store.{key}: the path of the key in the store is wanted")


@pytest.mark.parametrize(
    "text",
    [
        f"apiKey: {canary.API_KEY}",
        f"{canary.API_KEY}: x",
        f"agent: {{env: {{{canary.API_KEY}: 1}}}}",
        f"agent: {{env: {{{canary.API_KEY}: a, {canary.API_KEY}: b}}}}",
        f"agent: {{env: {canary.API_KEY}}}",
        f"agent: {{env: [{canary.TOKEN}]}}",
        f"injector: {canary.API_KEY}",
        f"site: {canary.TOKEN}",
        f"clusterName: {canary.OTHER_TOKEN}X0123456789abcdefghijkl",
        f"targets: [{canary.API_KEY}]",
        f"suppress: [{canary.API_KEY}]",
        f"kind: {canary.API_KEY}",
        f"site: !<{canary.API_KEY}> x",
        f"site: *{canary.API_KEY}",
        f"site: '{canary.API_KEY}",
        f"site: {{a: b}} {canary.API_KEY}",
    ],
)
def test_nothing_else_in_a_file_is_shown_where_it_may_be_one(file: Callable[[str], Path], text: str) -> None:
    _told(file(text))


@pytest.mark.parametrize(
    "flag",
    ["--site", "--cluster-agent", "--cluster-agent-ip", "--cluster-agent-port", "--agent-cpu", "--service-cidr",
     "--injector", "--secret-store", "--pod-label"],
)  # fmt: skip
def test_a_key_in_the_wrong_flag(flag: str) -> None:
    _told(flags={flag: f"{canary.API_KEY}/" if flag == "--secret-store" else canary.API_KEY})


def test_a_key_alone_as_a_variable_of_the_agent() -> None:
    assert _told(flags={"--agent-env": (canary.API_KEY,)}) == "--agent-env: KEY=VALUE is wanted"
