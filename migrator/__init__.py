"""Find HubSpot API keys in legacy code, infer the scopes that replace them, and rewrite the calls to Bearer."""

__version__ = "0.1.0"
