"""VK's model."""
