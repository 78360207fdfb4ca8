"""The one process that does what requests left in the outbox, and the daily jobs."""
