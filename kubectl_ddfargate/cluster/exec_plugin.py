"""Runs one credential plugin once and reads its answer. Keeps nothing, and decides nothing about when.

client-go plugin/pkg/client/auth/exec/exec.go refreshCredsLocked; rest/exec.go ConfigToExecCluster.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import msgspec

from kubectl_ddfargate.cluster.exec_answer import read_answer
from kubectl_ddfargate.cluster.identity import Identity
from kubectl_ddfargate.cluster.kubeconfig_entries import Exec
from kubectl_ddfargate.cluster.plugin_policy import PluginPolicy
from kubectl_ddfargate.cluster.target import Target
from kubectl_ddfargate.cluster.validity import EXEC_GROUP, interactive_mode
from kubectl_ddfargate.errors import CredentialsError
from kubectl_ddfargate.model.secret_words import without_secrets

VERSIONS = (f"{EXEC_GROUP}v1", f"{EXEC_GROUP}v1beta1")


@dataclass(frozen=True, kw_only=True)
class ExecCommand:
    """A plugin and what it is told."""

    command: str
    args: tuple[str, ...] = field(repr=False)
    env: tuple[tuple[str, str], ...] = field(repr=False)
    api_version: str
    mode: str
    """`Never`, `IfAvailable` or `Always`: whether it may use our standard input."""
    install_hint: str
    cluster: Mapping[str, Any] | None = field(repr=False)
    """What `provideClusterInfo` asks for; None otherwise."""
    user_name: str

    @property
    def title(self) -> str:
        """The plugin as a message names it."""
        return f'the credential plugin "{self.command}" of user "{self.user_name}"'


def exec_command(plugin: Exec, target: Target) -> ExecCommand:
    """The plugin of the chosen user. Raises CredentialsError for an apiVersion that is not spoken."""
    command = os.path.normpath(plugin.command or "")
    version = plugin.api_version or ""
    if version not in VERSIONS:
        raise CredentialsError(
            f'the credential plugin "{command}" of user "{target.user_name}" speaks {version}, '
            "which clients no longer understand",
            hint=f"upgrade the plugin and write one of {', '.join(VERSIONS)}; on EKS: aws eks update-kubeconfig",
        )
    return ExecCommand(
        command=command,
        args=tuple(plugin.args or ()),
        env=tuple((variable.name or "", variable.value or "") for variable in plugin.env or ()),
        api_version=version,
        mode=interactive_mode(plugin),
        install_hint=without_secrets(plugin.install_hint or ""),
        cluster=_cluster_info(target) if plugin.provide_cluster_info else None,
        user_name=target.user_name,
    )


def run_plugin(command: ExecCommand, policy: PluginPolicy) -> tuple[Identity, float | None]:
    """Run it and wait; the identity and the time of its end (seconds since 1970, None for never).

    There is no time limit, as in kubectl: it may be waiting for a person. Raises CredentialsError.
    """
    interactive = _may_use_stdin(command)
    executable = shutil.which(command.command)
    if executable is None:
        raise CredentialsError(
            f"{command.title} was not found",
            hint=command.install_hint or f"install {command.command}, or add its folder to PATH",
        )
    policy.check(command.command, executable)
    info: dict[str, Any] = {
        "kind": "ExecCredential",
        "apiVersion": command.api_version,
        "spec": {"interactive": interactive},
    }
    if command.cluster is not None:
        info["spec"]["cluster"] = command.cluster
    env = {**os.environ, **dict(command.env), "KUBERNETES_EXEC_INFO": msgspec.json.encode(info).decode()}
    stdout, code, last_line = _run(command, executable, env, interactive=interactive)
    if code != 0:
        raise CredentialsError(
            f"{command.title} failed (exit {code}){': ' + last_line if last_line else ''}",
            hint="log in again with the tool that it belongs to, then again",
        )
    return read_answer(stdout, title=command.title, api_version=command.api_version, user_name=command.user_name)


def _may_use_stdin(command: ExecCommand) -> bool:
    is_terminal = sys.stdin is not None and sys.stdin.isatty()
    if command.mode == "Always" and not is_terminal:
        raise CredentialsError(
            f"{command.title} wants to ask something, and standard input is not a terminal",
            hint="run this in a terminal, or log in before",
        )
    return is_terminal and command.mode != "Never"


def _run(
    command: ExecCommand, executable: str, env: Mapping[str, str], *, interactive: bool
) -> tuple[bytes, int, str]:
    """Standard output, exit code, and the last line of standard error.

    Its standard error goes on to ours. A plugin that may ask questions gets the real one, unread by us.
    """
    try:
        process = subprocess.Popen(  # noqa: S603  the user's kubeconfig names it, and kuberc was asked
            [command.command, *command.args],
            executable=executable,
            env=env,
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if interactive else subprocess.PIPE,
        )
    except OSError as error:
        raise CredentialsError(
            f"{command.title} cannot be started: {error.strerror}", hint="check its permissions"
        ) from error
    lines: list[str] = [""]
    reader = threading.Thread(target=_pass_on, args=(process.stderr, lines), daemon=True)
    with process:
        if process.stderr is not None:
            reader.start()
        assert process.stdout is not None
        stdout = process.stdout.read()
        code = process.wait()
        if process.stderr is not None:
            reader.join(timeout=1.0)  # a child that it left behind may keep the pipe open
    return stdout, code, without_secrets(lines[0])


def _pass_on(stderr: IO[bytes] | None, last: list[str]) -> None:
    for raw in stderr or ():
        line = raw.decode(errors="replace")
        sys.stderr.write(line)
        if line.strip():
            last[0] = line
    sys.stderr.flush()


def _cluster_info(target: Target) -> dict[str, Any]:
    """`spec.cluster`, without empty fields (pkg/apis/clientauthentication/v1/types.go)."""
    info: dict[str, Any] = {
        "server": target.server,
        "tls-server-name": target.tls_server_name,
        "insecure-skip-tls-verify": target.insecure,
        "certificate-authority-data": base64.b64encode(target.ca_pem).decode() if target.ca_pem else None,
        "proxy-url": target.configured_proxy,
        "disable-compression": target.disable_compression,
        "config": target.exec_extension,
    }
    return {key: value for key, value in info.items() if value or key == "server"}
