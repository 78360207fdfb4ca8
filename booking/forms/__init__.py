"""What organisers, and people who book, may type: read, checked, and given back with a sentence where it is wrong."""
