"""Ports on which nobody listens."""

import contextlib
import socket


def free_ports(many: int) -> list[int]:
    """So many different ports of this machine that the system gives out."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(many)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
