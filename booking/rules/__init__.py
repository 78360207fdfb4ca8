"""What booking decides, as pure functions: no web, no database, no clock."""
