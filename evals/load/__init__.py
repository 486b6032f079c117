"""Many readers at once over the real application, while the library changes: `make load`."""
