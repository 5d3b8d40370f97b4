"""What krew demands of a manifest and of its archives, as the list of what is wrong.

Sources: krew internal/index/validation, cmd/validate-krew-manifest, internal/installation, internal/download; the
naming guide of its documentation. A test holds them against the real programs (`built/test_krew.py`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

API_VERSION = "krew.googlecontainertools.github.com/v1alpha2"
SUPPORTED = (
    *(("windows", arch) for arch in ("386", "amd64", "arm64")),
    *(("linux", arch) for arch in ("386", "amd64", "arm", "arm64", "ppc64le")),
    *(("darwin", arch) for arch in ("386", "amd64", "arm64")),
)
"""Where krew itself runs."""
LICENSE_NAMES = frozenset(
    ("license", "license.txt", "license.md", "licenses", "licenses.txt", "licenses.md", "copying", "copying.txt")
)

_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))))
"""What no file may be called on Windows."""
_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SHA256 = re.compile(r"[a-f0-9]{64}")
_NUMBER = r"(0|[1-9]\d*)"
_LABELS = r"[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*"
_SEMVER = re.compile(rf"v{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_LABELS})?(\+{_LABELS})?", re.ASCII)
_ARCHIVE = re.compile(r"https://\S+\.(tar\.gz|zip)")
_SHORT, _LINE = 50, 80


def faults(manifest: Mapping[str, Any], *, name: str) -> list[str]:
    """All that is wrong with a manifest in the file `name`.yaml; nothing where krew and its reviewers take it."""
    return [*_head(manifest, name), *_texts(manifest.get("spec") or {}), *_platforms(manifest.get("spec") or {})]


def _head(manifest: Mapping[str, Any], name: str) -> Iterator[str]:
    if manifest.get("apiVersion") != API_VERSION:
        yield f"apiVersion is not {API_VERSION}"
    if manifest.get("kind") != "Plugin":
        yield "kind is not Plugin"
    if not _NAME.fullmatch(name) or name.lower() in _DEVICES:
        yield f"the name {name} is not allowed"
    elif not _KEBAB.fullmatch(name) or name.startswith(("kube-", "kubernetes-", "kubectl-")):
        yield f"the name {name} is not as the naming guide wants it"
    if (manifest.get("metadata") or {}).get("name") != name:
        yield "the file and the plugin are named differently"
    version = (manifest.get("spec") or {}).get("version") or ""
    if not _SEMVER.fullmatch(version):
        yield f"the version {version} is not v and a semantic version"


def _texts(spec: Mapping[str, Any]) -> Iterator[str]:
    short = spec.get("shortDescription") or ""
    if not short:
        yield "there is no shortDescription"
    if "\n" in short or "\r" in short:
        yield "shortDescription has more than one line"
    if len(short) > _SHORT:
        yield f"shortDescription is longer than {_SHORT} characters"
    if not spec.get("description"):
        yield "there is no description"
    if not str(spec.get("homepage") or "").startswith("https://"):
        yield "homepage is no https address"
    for field in ("description", "caveats"):
        if any(len(line) > _LINE for line in (spec.get(field) or "").splitlines()):
            yield f"{field} has a line of more than {_LINE} characters"


def _platforms(spec: Mapping[str, Any]) -> Iterator[str]:
    platforms = spec.get("platforms") or []
    if not platforms:
        yield "there is no platform"
    for index, platform in enumerate(platforms):
        for fault in (*_download(platform), *_files(platform), *_selector(platform.get("selector"))):
            yield f"platforms[{index}]: {fault}"
    for system, arch in SUPPORTED:
        chosen = [index for index, one in enumerate(platforms) if selects(one.get("selector"), system, arch)]
        if len(chosen) > 1:
            yield f"platforms {chosen} overlap on {system}/{arch}"


def _download(platform: Mapping[str, Any]) -> Iterator[str]:
    if not _ARCHIVE.fullmatch(platform.get("uri") or ""):
        yield "uri is not the https address of a .tar.gz or .zip"
    if not _SHA256.fullmatch(platform.get("sha256") or ""):
        yield "sha256 is not 64 small hexadecimal digits"


def _files(platform: Mapping[str, Any]) -> Iterator[str]:
    program = platform.get("bin") or ""
    if not program:
        yield "there is no bin"
    elif _leaves(program):
        yield "bin leads out of the plugin's folder"
    if selects(platform.get("selector"), "windows", "amd64") and not program.endswith(".exe"):
        yield "bin is no .exe on Windows"
    files = platform.get("files")
    if files is None:
        return
    if not files:
        yield "files is there and empty"
    for operation in files:
        if not operation.get("from") or not operation.get("to"):
            yield "an entry of files lacks from or to"
        elif operation["to"] != posixpath.normpath(operation["to"]):
            yield f"to is not clean: {operation['to']}"
        elif _leaves(operation["to"]) or _leaves(operation["from"]):
            yield "an entry of files leads out of its folder"


def _selector(selector: Mapping[str, Any] | None) -> Iterator[str]:
    if selector is None:
        yield "there is no selector"
        return
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    if not labels and not expressions:
        yield "the selector is empty"
        return
    if labels is not None and not labels:
        yield "matchLabels is there and empty"
    if expressions is not None and not expressions:
        yield "matchExpressions is there and empty"
    for key in (*(labels or {}), *(one.get("key") for one in expressions or ())):
        if key not in ("os", "arch"):
            yield f"the selector knows no key {key}"
    if not any(selects(selector, system, arch) for system, arch in SUPPORTED):
        yield "the selector matches no platform of krew's"


def selects(selector: Mapping[str, Any] | None, system: str, arch: str) -> bool:
    """Whether a selector takes a platform, by the rules of Kubernetes' label selectors."""
    if not selector:
        return False
    have = {"os": system, "arch": arch}
    labels = selector.get("matchLabels") or {}
    return all(have.get(key) == value for key, value in labels.items()) and all(
        _holds(have.get(one.get("key")), one.get("operator"), one.get("values") or ())
        for one in selector.get("matchExpressions") or ()
    )


def _holds(value: str | None, operator: str | None, values: Any) -> bool:
    if operator == "In":
        return value in values
    if operator == "NotIn":
        return value not in values
    return operator == "Exists" if value is not None else operator == "DoesNotExist"


def _leaves(path: str) -> bool:
    normal = posixpath.normpath(path.replace("\\", "/"))
    return normal.startswith(("/", "..")) or ":" in normal
