"""What a plan says beyond its tables, in figures alone; every layout takes them from here."""
