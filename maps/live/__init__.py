"""The live hub: events of the outbox, as they are committed, to whoever may see their subjects."""
