"""What booking changes. Actions flush and never commit."""
