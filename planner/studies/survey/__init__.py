"""A topology by itself, without demand: what looks wrong in it, how far apart its places are, what cuts them off."""
