"""Which credential plugins the user's kuberc allows to run. Reads that one file; runs nothing.

kubectl pkg/kuberc/kuberc.go and marshal.go (which file, what is an error), pkg/config/v1beta1/types.go (the
fields), client-go plugin/pkg/client/auth/exec/exec.go (ValidatePluginPolicy, checkAllowlistLocked).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kubectl_ddfargate.cluster.kubeconfig import show_path
from kubectl_ddfargate.errors import CredentialsError, KubeconfigError, UsageError

GROUP = "kubectl.config.k8s.io/"


class _AllowlistEntry(msgspec.Struct):
    name: str | None = None
    command: str | None = None


class _Preference(msgspec.Struct, rename="camel"):
    kind: str | None = None
    api_version: str | None = None
    credential_plugin_policy: str | None = None
    credential_plugin_allowlist: list[_AllowlistEntry] | None = None


class PluginPolicy(msgspec.Struct, frozen=True):
    """Which plugins may run: `AllowAll`, `DenyAll`, or `Allowlist` with its commands."""

    kind: str = "AllowAll"
    commands: tuple[str, ...] = ()
    origin: str = ""

    def check(self, command: str, executable: str) -> None:
        """Raises CredentialsError unless this plugin may run. `executable` is where PATH finds `command`."""
        if self.kind == "AllowAll":
            return
        if self.kind == "Allowlist":
            allowed = {*self.commands, *(shutil.which(entry) for entry in self.commands)}
            if command in allowed or executable in allowed:
                return
        raise CredentialsError(
            f'the credential plugin "{command}" is not allowed by {self.origin} (policy {self.kind})',
            hint=f"add {executable} to credentialPluginAllowlist there, if you trust it",
        )


def load_policy(flag: str | None, *, warn: Callable[[str], None]) -> PluginPolicy:
    """The policy in force; everything is allowed where no kuberc says otherwise.

    A file that was named must be readable and sound. The default one may be absent, and is only warned about
    when it is broken, except for a policy that contradicts itself: that always raises KubeconfigError.
    """
    path, named = _which_file(flag)
    if path is None:
        return PluginPolicy()
    origin = f"kuberc {show_path(path)}"
    try:
        preference = _preference(path, origin)
    except FileNotFoundError:
        if named:
            raise KubeconfigError(f"{origin} does not exist", hint="check --kuberc and KUBERC") from None
        return PluginPolicy()
    except (OSError, KubeconfigError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if named:
            raise KubeconfigError(f"{origin} cannot be used: {reason}", hint="correct it") from None
        warn(f"{origin} is ignored: {reason}")
        return PluginPolicy()
    return PluginPolicy() if preference is None else _policy(preference, origin)


def _which_file(flag: str | None) -> tuple[Path | None, bool]:
    """The file to read, and whether the user named it (kuberc.go LoadKuberc)."""
    variable = os.environ.get("KUBERC", "")
    if variable == "off" or os.environ.get("KUBECTL_KUBERC", "").lower() in ("false", "0", "f"):
        if flag and variable == "off":
            raise UsageError("--kuberc and KUBERC=off contradict each other", hint="drop one of the two")
        return None, False
    if flag or variable:
        return Path(flag or variable), True
    return Path(os.environ.get("HOME", ""), ".kube", "kuberc"), False


def _preference(path: Path, origin: str) -> _Preference | None:
    """The first document that is a Preference; None for an empty file (marshal.go decodePreference)."""
    from kubectl_ddfargate.cluster.yaml_text import load_yaml_documents

    documents = [document for document in load_yaml_documents(path.read_bytes(), name=origin) if document]
    for document in documents:
        try:
            preference = msgspec.convert(document, _Preference)
        except msgspec.ValidationError:
            continue
        if preference.kind == "Preference" and (preference.api_version or "").startswith(GROUP):
            # v1alpha1 has no policy; keeping the fields there only makes us stricter
            return preference
    if documents:
        raise KubeconfigError("it holds no Preference", hint="correct it")
    return None


def _policy(preference: _Preference, origin: str) -> PluginPolicy:
    kind = preference.credential_plugin_policy or "AllowAll"
    entries = preference.credential_plugin_allowlist
    if kind not in ("AllowAll", "DenyAll", "Allowlist"):
        raise _misconfigured(origin, f'the policy "{kind}" is unknown')
    if kind != "Allowlist":
        if entries is not None:
            raise _misconfigured(origin, f"there is an allowlist, but the policy is {kind}")
        return PluginPolicy(kind, (), origin)
    if not entries:
        raise _misconfigured(origin, "the policy is Allowlist, and the allowlist is missing or empty")
    commands: list[str] = []
    for entry in entries:
        command: Any = entry.command or entry.name
        if not command or (entry.command and entry.name and entry.command != entry.name):
            raise _misconfigured(origin, "an entry of the allowlist names no command, or two")
        if os.path.normpath(command) != command:
            raise _misconfigured(origin, f'"{command}" is not written as "{os.path.normpath(command)}"')
        commands.append(command)
    return PluginPolicy(kind, tuple(commands), origin)


def _misconfigured(origin: str, problem: str) -> KubeconfigError:
    return KubeconfigError(
        f"{origin}: {problem}", hint="correct credentialPluginPolicy and credentialPluginAllowlist"
    )
