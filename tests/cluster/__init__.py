"""A real control plane with a simulated Fargate, for tests and for trying things out.

etcd, kube-apiserver and kube-controller-manager are the real programs. What stands behind them (Fargate's
webhook and scheduler, the kubelets, the nodes) is simulated by `tests.cluster.fargate`. Nothing here may be
imported by `kubectl_ddfargate`, and nothing here imports it: the tool is tested from outside.
"""
