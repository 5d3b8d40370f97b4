"""Runs calls in threads, in blocks that end when all of their calls have. Knows nothing of what is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Run(Protocol):
    """Has a call made in a thread."""

    def __call__(self, call: Callable[..., T], *args: Any, **kwargs: Any) -> Future[T]:
        """What it will give."""
        ...


class SideBySide:
    """A number of threads, started when they are wanted."""

    def __init__(self, threads: int) -> None:
        self._number = threads
        self._pool: ThreadPoolExecutor | None = None

    @contextmanager
    def block(self) -> Iterator[Run]:
        """Run calls side by side; all are done when the block ends. The first error that ends all is raised.

        `run` gives what can be waited for before. One block may stand in another.
        """
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._number, thread_name_prefix="read")
        pool = self._pool
        futures: list[Future[Any]] = []

        def run(call: Callable[..., T], *args: Any, **kwargs: Any) -> Future[T]:
            future = pool.submit(call, *args, **kwargs)
            futures.append(future)
            return future

        try:
            yield run
            for future in futures:
                future.result()
        finally:
            for future in futures:
                future.cancel()

    def close(self) -> None:
        """End the threads without waiting for calls under way."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
