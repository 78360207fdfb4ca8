"""When and how many: the floor that sessions and bookings stand on, between the register and finding."""
