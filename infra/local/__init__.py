"""The same stack on one machine: the deployed template on MiniStack, behind one origin.

Nothing of the product knows that it runs here. What AWS does around it and the emulator does not is played by
one module each: `front` is CloudFront, `mailbox` is the inbox, `ses_events` is SES's event publishing.
"""

import time

BEGAN = time.monotonic()
"""When the command began, its own imports included."""
