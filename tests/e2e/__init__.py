"""What happens in pods, on a real node: see tests/cluster/README.md.

Left out, loudly, where there is no root or no `unshare`.
"""
