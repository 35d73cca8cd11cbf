"""Who is worth the work: levels, a score learned from the past, and why a prospect is not one for us."""
