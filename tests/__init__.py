"""The promises of the house, tested."""
