"""HTTP clients, one small module each, found by looking into this folder."""
