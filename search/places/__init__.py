"""Places by name: what somebody in the box "near" may mean, what to offer while they type, and how far away it is."""
