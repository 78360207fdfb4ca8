"""What people type when they book: read, checked, and given back with a sentence where something is wrong."""
