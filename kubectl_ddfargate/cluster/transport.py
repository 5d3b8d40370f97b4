"""Sends requests: with credentials, again where that is safe, never longer than allowed. Knows no API objects."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import urllib3
import urllib3.exceptions as u3

from kubectl_ddfargate import __version__
from kubectl_ddfargate.cluster.answers import SWITCHED, Answer, check
from kubectl_ddfargate.cluster.api_warnings import ApiWarnings
from kubectl_ddfargate.cluster.bodies import give_back, read_body
from kubectl_ddfargate.cluster.connections import MOST_CONNECTIONS, new_pool
from kubectl_ddfargate.cluster.credentials import Source
from kubectl_ddfargate.cluster.failures import explain, is_break, is_untrusted
from kubectl_ddfargate.cluster.identity import Identity
from kubectl_ddfargate.cluster.refused import expired_certificate, unauthorized
from kubectl_ddfargate.cluster.request import Request
from kubectl_ddfargate.cluster.retries import Retries
from kubectl_ddfargate.cluster.target import Target, is_loopback
from kubectl_ddfargate.cluster.timeouts import patience
from kubectl_ddfargate.cluster.trace import Trace, TraceLine
from kubectl_ddfargate.errors import UnreachableError


class Transport:
    """Connections to one server as one user. Safe from several threads."""

    def __init__(
        self,
        target: Target,
        source: Source,
        *,
        warnings: ApiWarnings,
        trace: Trace | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._target = target
        self._source = source
        self._warnings = warnings
        self._trace = trace
        self._pause = pause
        self._lock = threading.Lock()
        self._pool: urllib3.PoolManager | None = None
        self._shown: tuple[bytes | None, bytes | None] = (None, None)
        self.requests = 0
        """Tries sent so far."""

    @property
    def is_near(self) -> bool:
        """Whether the server is this machine."""
        return is_loopback(self._target.server)

    def log_in(self) -> None:
        """Get the credentials. Raises CredentialsError."""
        self._source.current()

    def send(self, request: Request) -> Answer:
        """The answer, once it is a good one.

        Raises UnreachableError, BadAnswerError, CredentialsError, or ApiError with the server's own words.
        """
        retries = Retries(idempotent=request.idempotent)
        refused = False
        while True:
            identity = self._source.current()
            try:
                answer = self._exchange(request, identity)
            except u3.HTTPError as error:
                wait = retries.after_break() if is_break(error) else None
                if wait is None:
                    raise self._explain(error, request, identity) from None
                self._pause(wait)
                continue
            if answer.status == 401:
                # Credentials may have ended on the way. A refused request did nothing, so a POST may repeat.
                if not refused and self._source.renew(identity):
                    refused = True
                    continue
                raise unauthorized(answer, identity, self._target.user_name)
            self._source.accepted(identity)
            self._warnings.read(_all(answer.headers, "Warning"), of_a_read=request.method == "GET")
            wait = retries.after_status(answer.status, answer.headers)
            if wait is None:
                check(answer, is_text=request.is_text)
                return answer
            self._pause(wait)

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            if self._pool is not None:
                self._pool.clear()

    def _exchange(self, request: Request, identity: Identity) -> Answer:
        """One try, whole, with its line in the trace. Raises urllib3's errors and UnreachableError."""
        pool = self._pool_for(identity)
        limits = patience(self._target.request_timeout, is_list=request.is_list)
        started = time.monotonic()
        status: int | None = None
        size = 0
        failure: str | None = None
        with self._lock:
            self.requests += 1
        try:
            response = pool.urlopen(
                request.method,
                self._target.server + request.path_and_query,
                body=request.body,
                headers=self._headers(request, identity),
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=limits.silence, read=limits.silence),
                pool_timeout=limits.total,
            )
            status = response.status
            if status == SWITCHED:
                return Answer(self._target.server, request.path, status, response.headers, b"", response)
            try:
                body = read_body(
                    response,
                    self._target.server,
                    limits,
                    started,
                    most=request.most_bytes,
                    on_start=request.on_start if status == 200 else None,
                )
            finally:
                size = response.tell()
                give_back(response)
            return Answer(self._target.server, request.path, response.status, response.headers, body)
        except BaseException as error:
            failure = type(error).__name__
            raise
        finally:
            if self._trace is not None:
                self._trace.write(
                    TraceLine(
                        verb=request.method,
                        path=request.path_and_query,
                        status=status,
                        bytes=size,
                        ms=round((time.monotonic() - started) * 1000, 1),
                        error=failure,
                    )
                )

    def _headers(self, request: Request, identity: Identity) -> urllib3.HTTPHeaderDict:
        headers = urllib3.HTTPHeaderDict(
            {
                "Accept": "application/json",
                # A name that starts with curl or a browser's makes the server indent its JSON.
                "User-Agent": f"kubectl-ddfargate/{__version__}",
                # Half the time over a real link, slower than the wire on loopback.
                "Accept-Encoding": "identity" if self._uncompressed() else "gzip",
            }
        )
        if identity.authorization:
            headers["Authorization"] = identity.authorization
        if self._target.impersonation is not None:
            for name, value in self._target.impersonation.headers():
                headers.add(name, _wire(value))
        for name, value in request.headers.items():
            headers[name] = value
        return headers

    def _uncompressed(self) -> bool:
        return self._target.disable_compression or self.is_near

    def _pool_for(self, identity: Identity) -> urllib3.PoolManager:
        """The pool whose connections show this identity's certificate; a renewed certificate needs new ones."""
        shown = (identity.certificate, identity.key)
        with self._lock:
            if self._pool is None or shown != self._shown:
                self._pool, self._shown = new_pool(self._target, identity), shown
            return self._pool

    def _explain(self, error: u3.HTTPError, request: Request, identity: Identity) -> Exception:
        if is_break(error) or isinstance(error, u3.SSLError):
            expired = expired_certificate(self._target.server, identity, self._target.user_name)
            if expired is not None and not is_untrusted(error):
                return expired
        limits = patience(self._target.request_timeout, is_list=request.is_list)
        if isinstance(error, u3.EmptyPoolError):
            return UnreachableError(
                f"timeout: all {MOST_CONNECTIONS} connections to {self._target.server} were busy for "
                f"{limits.total:g} s",
                hint="allow more with --request-timeout",
            )
        return explain(
            error,
            server=self._target.server,
            path=request.path,
            user_name=self._target.user_name,
            patience=limits,
            certificate_shown=identity.certificate is not None,
        )


def _all(headers: Mapping[str, str], name: str) -> list[str]:
    return headers.getlist(name) if isinstance(headers, urllib3.HTTPHeaderDict) else []


def _wire(value: str) -> str:
    """A value whose UTF-8 bytes go out as they are; http.client sends Latin-1 characters as bytes."""
    return value.encode().decode("latin-1")
