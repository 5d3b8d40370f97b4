"""Tests of the way to a cluster, on the wire: a recording server, the real kubectl, a real API server."""
