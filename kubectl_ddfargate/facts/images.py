"""What the name of an image says: version, architecture, whether it can change under the same name."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

_MAJOR = re.compile(r"v?(\d+)(?:[.-].*)?")
_FOREIGN = re.compile(r"(?:^|[-_.])(arm64|aarch64|arm|windows|win)(?:$|[-_.\d])", re.IGNORECASE)


class ImageName(msgspec.Struct, frozen=True):
    """The parts of `registry/path:tag@digest`."""

    repository: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """The last part of the repository: `agent`."""
        return self.repository.rpartition("/")[2]

    @property
    def pinned(self) -> bool:
        """Whether it names one version: by a digest, or by a tag that is not `latest`."""
        return bool(self.digest) or self.tag not in ("", "latest")

    @property
    def major(self) -> int | None:
        """The major version of the tag; None where it is no version."""
        match = _MAJOR.fullmatch(self.tag)
        return int(match.group(1)) if match else None

    @property
    def platform(self) -> str:
        """The architecture or system that a tag names and that Fargate does not have; empty where there is none."""
        match = _FOREIGN.search(self.tag)
        return match.group(1).lower() if match else ""


@lru_cache(maxsize=1024)
def parse_image(text: str) -> ImageName:
    """Read the name of an image. A colon in the registry is its port."""
    name, _, digest = text.partition("@")
    path, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    return ImageName(f"{path}{slash}{last}", tag, digest)
