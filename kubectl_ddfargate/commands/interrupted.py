"""What Ctrl-C leaves behind, said before the program ends: nobody should have to look for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kubectl_ddfargate.commands.talk import Talk

NOTHING = "nothing was written"
APPLYING = (
    "what is named above as created or configured was written, and perhaps one object more; the policy is as it "
    "was before. Run the same command again: it continues from here; uninstall takes away what was made"
)
APPLIED = (
    "the plan was carried out; a workload that no line above calls restarted was left alone. Run the same command "
    "again: it continues from here"
)
ROLLING = "a workload that no line above names was left alone. Run the same command again: it continues from here"
LEAVING = (
    "what is named above as deleted, configured or put back was written, and perhaps one object more. Run the same "
    "command again: it continues from here"
)


class Stage(msgspec.Struct):
    """How far a run has come."""

    left: str = NOTHING
    """What holds when it ends now."""


@contextmanager
def told_on_interrupt(talk: Talk) -> Iterator[Stage]:
    """Say on Ctrl-C what was written. The caller moves the stage on before it writes."""
    stage = Stage()
    try:
        yield stage
    except KeyboardInterrupt:
        talk.say(f"interrupted: {stage.left}")
        raise
