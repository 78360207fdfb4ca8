"""What organisers and people who book may type."""
