"""Finding: what somebody says becomes what is near and open to them."""
