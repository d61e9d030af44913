"""What maintainers run to keep the rules true; none of it is shipped."""
