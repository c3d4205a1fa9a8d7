"""Both chat surfaces over the kernel and the database, each with a model of its platform."""
