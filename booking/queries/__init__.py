"""What booking reads. Queries never write."""
