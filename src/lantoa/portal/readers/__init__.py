"""What readers send: ratings, comments, questions, votes in polls; who decides about it, and the pages for it."""
