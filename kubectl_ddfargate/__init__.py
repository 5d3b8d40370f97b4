"""kubectl ddfargate: Datadog on EKS Fargate, diagnosed and cured."""

# Read by setup.cfg too: asking the installed metadata costs 30 ms at each start.
__version__ = "0.1.0"
