"""When a kind that was just defined may be used."""

from __future__ import annotations

from .api import Api, ApiError, Manifest

DEFINITION = "CustomResourceDefinition"


def served(api: Api, definition: Manifest) -> bool:
    """True when a kind is in discovery, and its objects can be listed: each comes after Established.

    Until its storage is ready the server answers 429.
    """
    spec = definition["spec"]
    plural = spec["names"]["plural"]
    versions = [version["name"] for version in spec["versions"] if version["served"]]
    try:
        for version in versions:
            path = f"/apis/{spec['group']}/{version}"
            resources = api.request("GET", path)["resources"]
            if plural not in {one["name"] for one in resources}:
                return False
            api.text(f"{path}/{plural}?limit=1")
    except ApiError:
        return False
    known = {one.api_version for one in api.all_resources() if one.plural == plural}
    return {f"{spec['group']}/{version}" for version in versions} <= known
