"""The checks whose finding no printed command cures, and why. Every other one has a case in `test_fixes.py`."""

from __future__ import annotations

INSTALL = "only a new policy cures it: install writes it, and the tests of install prove that"
SOURCE = "what must change belongs to an installer that would put it back: its values are printed"
INFO = "a note: nothing is wrong"
WHAT_IS_MEANT = "only its owner knows which of two sides is meant"
OUTSIDE = "what must change is not in the cluster, or not in its API"

FIXES = {
    "DDF001": OUTSIDE,
    "DDF002": INFO,
    "DDF102": INSTALL,
    "DDF103": WHAT_IS_MEANT,
    "DDF104": OUTSIDE,
    "DDF105": "the application itself asks for what Fargate has not",
    "DDF106": INFO,
    "DDF201": "where it runs instead, and whether it shall run at all, is for a person to say",
    "DDF210": INFO,
    "DDF211": SOURCE,
    "DDF214": "a Service keeps its address for life: to make it anew is an outage that somebody must time",
    "DDF301": INSTALL,
    "DDF306": INSTALL,
    "DDF311": WHAT_IS_MEANT,
    "DDF312": WHAT_IS_MEANT,
    "DDF314": WHAT_IS_MEANT,
    "DDF315": "what a policy computes only its author can mend; install replaces it",
    "DDF316": INSTALL,
    "DDF317": INSTALL,
    "DDF318": WHAT_IS_MEANT,
    "DDF319": "whether a workload shall have an agent is its owner's decision",
    "DDF407": SOURCE,
    "DDF602": OUTSIDE,
    "DDF604": INFO,
    "DDF704": "the reason is in the container's last words, which the command shows",
    "DDF707": "whether the namespace or the agent gives way is for its owner to say",
    "DDF708": "a Job's template cannot be changed: it must be made anew from where it came",
    "DDF806": OUTSIDE,
}
"""Id → why its fix is words, or shows what to look at."""
