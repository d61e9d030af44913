"""From requests to the scopes a credential needs; sees no syntax."""
