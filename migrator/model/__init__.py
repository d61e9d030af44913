"""The vocabulary every stage shares: frozen data, standard library only, imported by all, importing none of ours."""
