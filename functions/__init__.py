"""The Lambda functions: a folder for each, with input and output alone, and modules that they share."""

from __future__ import annotations

import gc

# More objects than a start makes, which is not searched for garbage (decision 91).
gc.set_threshold(400_000)
