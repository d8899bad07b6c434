"""What every page is made of: templates, styles, scripts and what they are given, and the map under them."""
