"""From requests and endpoints to what a report says."""
