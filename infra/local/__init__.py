"""The local stack: the same template deployed to the emulator MiniStack, behind one origin.

The product's code does not know that it runs locally. What the emulator lacks has a module here: `cdn` is in
place of CloudFront, `mailbox` of the recipients' inboxes, `ses_events` of SES's event publishing.
"""

import time

BEGAN = time.monotonic()
"""When the command began, by the monotonic clock; its own imports are included."""
