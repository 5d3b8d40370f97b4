"""Finds, reads and merges kubeconfig files by kubectl's rules. Chooses nothing and connects to nothing.

client-go tools/clientcmd/loader.go, ClientConfigLoadingRules.Load.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from kubectl_ddfargate.cluster.kubeconfig_entries import Cluster, ConfigFile, Context, User
from kubectl_ddfargate.cluster.yaml_text import load_yaml
from kubectl_ddfargate.errors import KubeconfigError

E = TypeVar("E")


class Kubeconfig(msgspec.Struct, frozen=True, kw_only=True):
    """All files together; for each name the first file that has it counts."""

    clusters: Mapping[str, Cluster] = msgspec.field(default_factory=dict)
    users: Mapping[str, User] = msgspec.field(default_factory=dict)
    contexts: Mapping[str, Context] = msgspec.field(default_factory=dict)
    current_context: str = ""
    files: tuple[Path, ...] = ()
    """The files that exist, in order."""
    missing: tuple[Path, ...] = ()
    """Where a file was looked for and none was."""

    @property
    def where(self) -> str:
        """The files, short enough for a message."""
        return ", ".join(show_path(path) for path in self.files or self.missing) or "no file"


def show_path(path: Path) -> str:
    """A path as a person writes it: below the home folder with `~`."""
    home = os.environ.get("HOME", "")
    if home not in ("", "/") and path.is_relative_to(home):
        return "~/" + str(path.relative_to(home))
    return str(path)


def load_kubeconfig(explicit: str | None) -> Kubeconfig:
    """Read what `--kubeconfig` names, or else KUBECONFIG's list, or else ~/.kube/config.

    Raises KubeconfigError: a named file that is missing, or any file that cannot be read or understood.
    """
    if explicit:
        if not Path(explicit).exists():
            raise KubeconfigError(
                f"kubeconfig {show_path(Path(explicit))} does not exist", hint="check --kubeconfig"
            )
        paths = [Path(explicit)]
    else:
        paths = default_paths(os.environ)
    found = [(path, document) for path in paths if (document := _read(path)) is not None]
    return Kubeconfig(
        clusters=_first_of_each(
            _named(path, "clusters", [(e.name, _cluster(e.cluster, path)) for e in doc.clusters or ()])
            for path, doc in found
        ),
        users=_first_of_each(
            _named(path, "users", [(e.name, _user(e.user, path)) for e in doc.users or ()]) for path, doc in found
        ),
        contexts=_first_of_each(
            _named(path, "contexts", [(e.name, e.context or Context()) for e in doc.contexts or ()])
            for path, doc in found
        ),
        current_context=next((doc.current_context for _, doc in found if doc.current_context), ""),
        files=tuple(path for path, _ in found),
        missing=tuple(path for path in paths if path not in {path for path, _ in found}),
    )


def default_paths(environ: Mapping[str, str]) -> list[Path]:
    """KUBECONFIG's list, each path once and empty ones dropped; without it the file in the home folder.

    loader.go NewDefaultClientConfigLoadingRules.
    """
    listed = environ.get("KUBECONFIG", "")
    if not listed:
        return [Path(environ.get("HOME", ""), ".kube", "config")]
    return [Path(text) for text in dict.fromkeys(listed.split(os.pathsep)) if text]


def _read(path: Path) -> ConfigFile | None:
    """One file, None where there is none (missing files of a list are ignored)."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KubeconfigError(
            f"kubeconfig {show_path(path)} cannot be read: {error.strerror}", hint="check its permissions"
        ) from error
    document = load_yaml(raw, name=f"kubeconfig {show_path(path)}")
    if document is None:
        return ConfigFile()
    try:
        config = msgspec.convert(document, ConfigFile)
    except msgspec.ValidationError as error:
        raise KubeconfigError(
            f"kubeconfig {show_path(path)} is not understood: {error}",
            hint="compare it with: kubectl config view",
        ) from error
    if (config.kind or "Config", config.api_version or "v1") != ("Config", "v1"):
        raise KubeconfigError(
            f"{show_path(path)} is no kubeconfig: it says kind {config.kind}, apiVersion {config.api_version}",
            hint="check --kubeconfig and KUBECONFIG",
        )
    return config


def _named(path: Path, section: str, entries: Iterable[tuple[str, E]]) -> dict[str, E]:
    """Entries of one file by name. The same name twice is an error (api/v1/conversion.go)."""
    named: dict[str, E] = {}
    for name, entry in entries:
        if name in named:
            raise KubeconfigError(
                f'kubeconfig {show_path(path)}{_line_of(path, section, name)}: {section} has "{name}" twice',
                hint="remove one of the two",
            )
        named[name] = entry
    return named


def _first_of_each(files: Iterable[Mapping[str, E]]) -> dict[str, E]:
    merged: dict[str, E] = {}
    for named in files:
        for name, entry in named.items():
            merged.setdefault(name, entry)
    return merged


def _line_of(path: Path, section: str, name: str) -> str:
    """` line N` of the second element with this name; found only once an error is certain."""
    import yaml

    root = yaml.compose(path.read_bytes(), Loader=yaml.SafeLoader)
    lines: list[int] = []
    if isinstance(root, yaml.MappingNode):
        for key, sequence in root.value:
            if key.value == section and isinstance(sequence, yaml.SequenceNode):
                for element in sequence.value:
                    pairs = element.value if isinstance(element, yaml.MappingNode) else []
                    lines += [k.start_mark.line + 1 for k, v in pairs if (k.value, v.value) == ("name", name)]
    return f" line {lines[1]}" if len(lines) > 1 else ""


def _cluster(entry: Cluster | None, origin: Path) -> Cluster:
    entry = entry or Cluster()
    return msgspec.structs.replace(entry, certificate_authority=_against(origin, entry.certificate_authority))


def _user(entry: User | None, origin: Path) -> User:
    """Paths are relative to the file they stand in; a command only if it has a separator (loader.go)."""
    entry = entry or User()
    plugin = entry.exec
    if plugin is not None and plugin.command and os.sep in plugin.command:
        plugin = msgspec.structs.replace(plugin, command=_against(origin, plugin.command))
    return msgspec.structs.replace(
        entry,
        client_certificate=_against(origin, entry.client_certificate),
        client_key=_against(origin, entry.client_key),
        token_file=_against(origin, entry.token_file),
        exec=plugin,
    )


def _against(origin: Path, text: str | None) -> str | None:
    return os.path.normpath(Path(origin.parent.absolute(), text)) if text else text
