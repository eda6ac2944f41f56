"""Processes that do not outlive whoever started them."""

import os
import signal
import threading
import time


def stop_with(parent: int, *, interval: float = 1.0) -> threading.Thread:
    """End this process in order once `parent`, which started it, is gone, even killed. `interval` is in seconds."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(interval)
        os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    return watcher
