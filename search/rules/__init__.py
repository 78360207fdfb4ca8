"""What is true of finding: pure functions over plain values and arrays."""
