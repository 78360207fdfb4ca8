"""What a spreadsheet of services may say: columns, cells, rows, and files that map other people's columns to ours.

Pure rules, no file and no database: `assetreg.actions.import_services` reads the file and writes the register.
"""
