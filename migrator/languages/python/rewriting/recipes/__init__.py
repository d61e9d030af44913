"""One module for each form in which a credential enters a request; each takes it out and says what gave its value."""
