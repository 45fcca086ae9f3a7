"""The exact pixel index of an immutable ground version; see docs/adr for how and why."""
