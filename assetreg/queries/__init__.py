"""Questions to the database. They return models or small frozen dataclasses, and never write."""
