"""What the guard looks for and what it says."""
