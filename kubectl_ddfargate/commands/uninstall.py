"""`uninstall`: takes away what is ours, gives back what was taken over, and touches nothing else.

The policy goes first, so that no new pod comes to need the rest.
"""

from __future__ import annotations

from kubectl_ddfargate.cluster import connect
from kubectl_ddfargate.commands.install import Asked
from kubectl_ddfargate.commands.interrupted import LEAVING, told_on_interrupt
from kubectl_ddfargate.commands.leaving import plan_uninstall
from kubectl_ddfargate.commands.not_applied import NotAppliedError
from kubectl_ddfargate.commands.refusals import refusals_are_bad
from kubectl_ddfargate.commands.taking_away import take_away, tell_left
from kubectl_ddfargate.commands.talk import Talk, declined, shown
from kubectl_ddfargate.commands.write_options import refuse_impatience
from kubectl_ddfargate.errors import ApiError, ExitCode
from kubectl_ddfargate.facts.index import NotReadError

_AGAIN = "run the same command again: it continues from where this one stopped"


def uninstall(asked: Asked, talk: Talk) -> ExitCode:
    """Show what is ours, ask, take it away. Raises NotAppliedError where the server refuses something."""
    if asked.options.restart:
        refuse_impatience(asked.options)
    with told_on_interrupt(talk) as stage, connect(asked.connection, trace=asked.trace, warn=talk.warn) as gateway:
        with refusals_are_bad():
            leaving = plan_uninstall(gateway, asked, talk)
        ended = shown(leaving.plan, asked.options, talk)
        if ended is not None:
            return ended
        if not leaving.plan.changes and not leaving.plan.restarts:
            talk.say("nothing of ours is here" if not leaving.left else "nothing of ours is here but its agents")
            tell_left(leaving.left, leaving.kubectl_flags, talk, restart=asked.options.restart)
            return ExitCode.GOOD
        verb = "Take this away from" if leaving.plan.changes else "Restart these in"
        if declined(f"{verb} {gateway.context or gateway.server}?", talk):
            return ExitCode.BAD
        stage.left = LEAVING
        try:
            code = take_away(gateway, leaving, asked, talk)
        except ApiError as error:
            raise NotAppliedError(error.message, hint=_AGAIN) from error
        except NotReadError as error:
            raise NotAppliedError(f"what pods still need is not known: you lack {error}", hint=_AGAIN) from error
        for command in leaving.restoring:
            talk.say(f"next: {command}")
        return code
