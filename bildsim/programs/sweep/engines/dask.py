"""Tasks done by the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from typing import Any

from distributed import (
    Client,
    Future,
    KilledWorker,
    LocalCluster,
    Worker,
    WorkerPlugin,
    as_completed,
)
from distributed.comm.addressing import get_address_host_port

from bildsim.basics.errors import RunError, UsageError
from bildsim.programs.sweep.engines import worker
from bildsim.programs.sweep.engines.base import Engine, Lost, Task

CONNECT_S = 6.0
"""So long an address is tried before it is given up (s)."""
PATIENCE_S = 4.0
"""So long a scheduler may be without workers before it is given up (s)."""


class DaskEngine(Engine):
    """A client of a scheduler, which gives the tasks of a worker that died to the others.

    Args:
        client: connected to the scheduler.
        where: the scheduler's address, for errors.
        cluster: to be closed with the client; None if somebody else started it.
    """

    def __init__(self, client: Client, where: str, cluster: LocalCluster | None = None) -> None:
        self._client, self._where, self._cluster = client, where, cluster

    @classmethod
    def at(cls, address: str, workers: int = 1, patience_s: float = PATIENCE_S) -> DaskEngine:
        """Connect to a running scheduler that has workers with this package.

        Args:
            address: the scheduler's, such as ``tcp://host:8786``.
            workers: so many must be there.
            patience_s: for so long they may take to come (s).

        Raises:
            UsageError: nothing answers there, or its workers cannot run trials.
        """
        _be_quiet()
        try:
            _require_answer(address)
            client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError, RuntimeError) as error:
            raise UsageError(
                f"--scheduler {address} cannot be reached: {_said(error)}; start one with "
                "'dask scheduler' and give the address that it prints, such as tcp://host:8786"
            ) from None
        engine = cls(client, address)
        try:
            engine.check_workers(workers, patience_s)
        except UsageError:
            client.close()
            raise
        return engine

    @classmethod
    def embedded(cls, processes: int) -> DaskEngine:
        """Start a scheduler and workers on this machine, which nobody else can reach."""
        _be_quiet()
        cluster = LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            env=worker.ONE_THREAD,
            silence_logs=logging.CRITICAL,
        )
        client = Client(cluster, set_as_default=False)
        client.register_plugin(_Deaf())
        return cls(client, cluster.scheduler_address, cluster)

    def check_workers(self, count: int, patience_s: float) -> None:
        """Make sure that there are so many workers, and that they have this package.

        Raises:
            UsageError: they do not come, or cannot import it.
        """
        try:
            self._client.wait_for_workers(count, timeout=patience_s)
        except TimeoutError:
            there = "no workers" if count == 1 else f"fewer than {count} workers"
            raise UsageError(
                f"--scheduler {self._where} has {there}: start some with 'dask worker "
                f"{self._where} --nthreads 1'"
            ) from None
        probe = self._client.submit(worker.call, _probe, pure=False)
        try:
            probe.result()
        except Exception as error:
            raise UsageError(
                f"--scheduler {self._where} has workers that cannot run trials ({_said(error)}): "
                "install the same version of bildsim where they are"
            ) from None

    def close(self) -> None:
        """Leave the scheduler, which forgets what it was asked for, and end an embedded one."""
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def results(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Yield every task with what came of it; see `Engine`."""
        by_key = {task.identity: task for task in tasks}
        futures = [
            self._client.submit(worker.call, task.work, task.argument, key=task.identity)
            for task in tasks
        ]
        finished = as_completed(futures, loop=self._client.loop)
        # Each is let go once it is here, or the cluster would hold all of them to the end.
        del futures
        for future in finished:
            found = self._found(future)
            yield by_key[future.key], found
            future.release()

    def _found(self, future: Future[Any]) -> Any:
        try:
            return future.result()
        except KilledWorker as error:
            return Lost(f"its worker process died {error.allowed_failures + 1} times")
        except (CancelledError, asyncio.CancelledError, OSError):
            raise RunError(
                f"the scheduler at {self._where} was lost: the same command goes on when it is back"
            ) from None
        except Exception as error:
            return Lost(_said(error))


def _require_answer(address: str) -> None:
    """Make sure that a scheduler listens there: the client itself would wait for long to know it.

    Raises:
        OSError: nothing listens, or something that is no scheduler.
        ValueError: it is no address.
    """
    protocol, _, _ = address.partition("://")
    if protocol != "tcp" and "://" in address:
        raise ValueError(f"its protocol is {protocol}, and only tcp is spoken here")
    host, port = get_address_host_port(address, strict=True)
    with socket.create_connection((host, port), timeout=CONNECT_S) as connection:
        connection.settimeout(CONNECT_S)
        # A scheduler speaks first, whoever calls.
        if not connection.recv(1):
            raise ConnectionError("what listens there is no Dask scheduler")


class _Deaf(WorkerPlugin):
    """Keeps Ctrl-C, which reaches all processes of a terminal, from a worker of this machine."""

    def setup(self, worker: Worker) -> None:
        """Ignore it: the program hears it too, and ends its workers."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _probe() -> str:
    # Importing trials is the proof that they can be run there.
    from bildsim.programs.sweep import trial

    return trial.__name__


def _be_quiet() -> None:
    """Keep Dask's own reports of lost workers out of the progress bar."""
    # Each of its loggers has a level of its own from Dask's configuration.
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _said(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
