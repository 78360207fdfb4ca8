"""Changes: check the rules, write, add audit and outbox rows. They `flush` and never `commit`."""
