"""What runs where, in which version, and what of it is supported: the contract of `version -o json`."""

from __future__ import annotations

from kubectl_ddfargate.model.report import API_VERSION, Part


class Client(Part, frozen=True, kw_only=True):
    """This tool."""

    version: str
    python: str
    platform: str
    """`linux/x86_64`."""
    libraries: dict[str, str]
    """The versions of the libraries that it rests on, by name."""


class Schemas(Part, frozen=True, kw_only=True):
    """What it reads and writes."""

    documents: str
    """The apiVersion of what is printed as JSON."""
    settings: str
    """The apiVersion of the settings file."""
    snapshot: int
    """The format of a saved snapshot; older ones are read too."""


class Component(Part, frozen=True, kw_only=True):
    """One part of the cluster that this tool works with."""

    name: str
    version: str | None
    """By the tag of its image; null where that does not tell, or it was not seen."""
    namespace: str | None = None
    serves: tuple[str, ...] = ()
    """Kinds of policies with their API versions: `MutatingPolicy policies.kyverno.io/v1`."""
    supported: bool | None = None
    """Null: not known."""
    note: str | None = None


class Migration(Part, frozen=True, kw_only=True):
    """A policy of this tool that a newer kind should or could take the place of."""

    policy: str
    """What is there: `clusterpolicy/ddfargate-agent-sidecar`."""
    to: str
    """The kind and API version that come instead."""
    why: str
    needed: bool
    """False: it may stay what it is."""
    command: str
    """Shows the plan, asks, and moves without a gap."""


class Version(Part, frozen=True, kw_only=True):
    """All of it."""

    api_version: str = API_VERSION
    kind: str = "Version"
    client: Client
    schemas: Schemas
    supported: dict[str, str]
    """What Kubernetes must be, and by injector what it needs."""
    context: str | None = None
    server: Component | None = None
    """Null where no cluster was asked, or none answered."""
    components: tuple[Component, ...] = ()
    migrations: tuple[Migration, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be learnt, and why."""
