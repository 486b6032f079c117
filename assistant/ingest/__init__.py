"""From a file to passages: find, read, cut, and keep the library in step with a folder."""
