"""The images that the node pulls, each of one static program, and which name means which.

Nothing is downloaded. The agent's has a bash and a Python too, as the real one has.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .userland import PATH, userland

_FOLDERS = ("/etc", "/tmp", "/proc", "/sys", "/dev")
_PASSWD = b"root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"
_LAYER, _CONFIG = "application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
# The last part of an image's name: the program, and where it lies in the image. All others are applications.
_PROGRAMS: Mapping[str, tuple[str, str]] = {
    "agent": ("agent", "/opt/datadog-agent/bin/agent/agent"),
    "cluster-agent": ("cluster-agent", "/opt/datadog-agent/bin/datadog-cluster-agent"),
    "coredns": ("coredns", "/coredns"),
}
_APPLICATION = ("pause", "/app")
# As with the simulated kubelet (`fargate/fates.py`).
_ABSENT = "does-not-exist"
PAUSE = "registry.k8s.io/pause:3.10"


@dataclass(frozen=True)
class Image:
    """The manifest, and all that it refers to by digest, itself included."""

    manifest: bytes
    blobs: Mapping[str, bytes]


class Images:
    """All images, made from `programs` (name to path) when they are first asked for."""

    def __init__(self, programs: Mapping[str, Path]) -> None:
        self._programs = programs
        self._made: dict[str, Image] = {}

    def find(self, name: str) -> Image | None:
        """The image of a repository such as `datadog/agent`; None where there is no such repository."""
        if _ABSENT in name:
            return None
        program, place = _PROGRAMS.get(name.rpartition("/")[2], _APPLICATION)
        if program not in self._made:
            content = self._programs[program].read_bytes()
            self._made[program] = _image(content, place, agent=program == "agent")
        return self._made[program]

    def blob(self, digest: str) -> bytes | None:
        """Whatever has this digest."""
        return next((image.blobs[digest] for image in self._made.values() if digest in image.blobs), None)


def _image(program: bytes, place: str, *, agent: bool) -> Image:
    layers = [_layer([_Entry(place, program, mode=0o755), _Entry("/etc/passwd", _PASSWD)])]
    if agent:
        files = ((name, path, path.stat()) for name, path in userland())
        # With their times: else Python would compile each module anew at each start.
        entries = [
            _Entry(name, path.read_bytes(), found.st_mode & 0o755, found.st_mtime) for name, path, found in files
        ]
        layers.insert(0, _layer(entries))
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {
                "Entrypoint": [place],
                "Env": [f"PATH={PATH if agent else PurePosixPath(place).parent}"],
                "WorkingDir": "/",
            },
            "rootfs": {"type": "layers", "diff_ids": [_digest(layer) for layer in layers]},
            "history": [{"created_by": "tests/cluster/node/images.py"} for _ in layers],
        }
    ).encode()
    described = [{"mediaType": _LAYER, "digest": _digest(layer), "size": len(layer)} for layer in layers]
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": _CONFIG, "digest": _digest(config), "size": len(config)},
            "layers": described,
        }
    ).encode()
    return Image(manifest, {_digest(data): data for data in (manifest, config, *layers)})


@dataclass(frozen=True)
class _Entry:
    """One file of a layer."""

    name: str
    data: bytes
    mode: int = 0o644
    changed: float = 0


def _layer(entries: Sequence[_Entry]) -> bytes:
    out = io.BytesIO()
    above = {str(folder) for entry in entries for folder in PurePosixPath(entry.name).parents[:-1]}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted({*_FOLDERS, *above}):
            folder = tarfile.TarInfo(name.lstrip("/"))
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(folder)
        for entry in entries:
            file = tarfile.TarInfo(entry.name.lstrip("/"))
            file.size, file.mode, file.mtime = len(entry.data), entry.mode, int(entry.changed)
            archive.addfile(file, io.BytesIO(entry.data))
    return out.getvalue()


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
