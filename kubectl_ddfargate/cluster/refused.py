"""Says what a 401 means for the user at hand, and what to do. Sends nothing."""

from __future__ import annotations

from datetime import datetime, timezone

from kubectl_ddfargate.cluster.answers import Answer, UnauthorizedError, check
from kubectl_ddfargate.cluster.certificate_dates import certificate_end
from kubectl_ddfargate.cluster.identity import Identity


def unauthorized(answer: Answer, identity: Identity, user_name: str) -> UnauthorizedError:
    """The error for an answer with status 401. Raises BadAnswerError where a web page came with it."""
    words = ""
    try:
        check(answer)
    except UnauthorizedError as error:
        words = f": {error.message}"
    who = f'user "{user_name}"' if user_name else "this caller"
    expired = expired_certificate(answer.server, identity, user_name)
    if expired is not None:
        return expired
    if identity.authorization is None and identity.certificate is None:
        return UnauthorizedError(
            f"{answer.server} asks who you are, and no credentials are configured for {who}",
            hint="choose a context with a user, or pass --token; on EKS: aws eks update-kubeconfig",
        )
    return UnauthorizedError(
        f"{answer.server} does not accept the credentials of {who}{words}",
        hint="log in again; on EKS, check aws sts get-caller-identity and the cluster's access entries",
    )


def expired_certificate(server: str, identity: Identity, user_name: str) -> UnauthorizedError | None:
    """The error for a client certificate that is past its end; None where it is not, or where there is none.

    Servers say so in different ways, or just close the connection; the date is ours to read.
    """
    end = certificate_end(identity.certificate) if identity.certificate else None
    if end is None or end >= datetime.now(timezone.utc):
        return None
    return UnauthorizedError(
        f'the client certificate of user "{user_name}" expired on {end:%Y-%m-%d}; {server} refused it',
        hint="get a new client certificate for that user, or choose another with --user",
    )
