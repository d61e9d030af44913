"""The vocabulary every stage shares: frozen data, standard library only, imported by all and importing nothing of ours."""
