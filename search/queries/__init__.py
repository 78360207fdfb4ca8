"""Questions to the database. They return small frozen dataclasses, and never write."""
