"""Files that are no programs and still hold a key, a URL or an instruction: what stands in them, and where."""
