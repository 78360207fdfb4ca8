"""What people are told about their sessions. Nothing here sends anything, and nothing here asks the database."""
