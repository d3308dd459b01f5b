"""Functions that start from a snapshot (SnapStart): what each environment has to have of its own."""

from __future__ import annotations

import importlib
import random


def seed_after_restore() -> None:
    """Have `random` seeded anew in each environment that is restored from the snapshot.

    All of them begin with one state of it, and botocore draws its pauses between retries from it: those that
    were throttled together would come again together (decision 93). Elsewhere than in Lambda's runtime, which
    brings the hooks, nothing is restored.
    """
    try:
        hooks = importlib.import_module("snapshot_restore_py")
    except ImportError:
        return
    hooks.register_after_restore(random.seed)
