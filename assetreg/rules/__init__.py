"""What is true: pure functions over plain values. Nothing here may import Flask, SQLAlchemy or the clock."""
