"""The Lambda functions: a folder for each, with input and output alone, and modules that they share."""

from __future__ import annotations

import gc

# What a start loads stays, and the collector would look through it again and again in vain (decision 91).
gc.set_threshold(100_000)
