"""What the languages share."""
