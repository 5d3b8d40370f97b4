"""A real node: kubelet, containerd, runc, the CNI bridge, kube-proxy, in namespaces of their own.

Its control plane runs in its network, so that each reaches the other; nothing of the machine's network, mounts
or cgroups is used or changed. It wants root, and ends with the process that asked for it, whatever the reason.
Fargate itself stays simulated: what its webhook and its scheduler do to a pod is as in `tests/cluster/fargate`, but
all pods come to this one node, and run.
"""
