"""The index on disk: the only part that writes with Whoosh."""
