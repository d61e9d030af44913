"""URLs that are put together from text: what they consist of, and how a query parameter leaves them."""
