"""Events to surfaces, and what staff do there to verbs: each thread brought up to what is."""
