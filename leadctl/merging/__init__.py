"""Several records of one person or company become one: the plan of it, and making it so."""
