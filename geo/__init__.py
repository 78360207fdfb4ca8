"""Plain geography: postcodes, points and the shapes of areas. No tables and no web."""
