"""Everything the program asks of the database: the transaction runner and named queries."""
