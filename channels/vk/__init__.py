"""Messages of a VK community."""
