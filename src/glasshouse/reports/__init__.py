"""Values to documents, one file a format: HTML, CSV, JSON Lines, XLSX and the terminal, in English and French."""
