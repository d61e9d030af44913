"""JavaScript and TypeScript: how they are read, what their libraries do, and how their files are edited."""
