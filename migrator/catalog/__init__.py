"""The rules, loaded and checked; the only place that reads YAML."""
