"""How large a list of persons may be; what is larger is refused before it is read into memory."""

BYTES_LIMIT = 20_000_000
UNPACKED_LIMIT = 300_000_000
ROWS_LIMIT = 100_000
MARGIN = 50
"""So many rows above and below the persons (titles, the header, totals, signatures) may come on top."""
COLUMNS_LIMIT = 200
LINES_LIMIT = 1_048_576
"""Lines of a text file, blank ones among them: no spreadsheet has more."""
AREA_LIMIT = 6_000_000
"""Rows times columns of all sheets: a reader makes a grid as large as the farthest cell asks for."""
TEXT_LIMIT = 100_000_000
"""Letters of all cells: a file may write one text once and mean it in a million cells, each of which a reader fills."""
CELL_LIMIT = 500
ENTRIES_LIMIT = 2_000
SHEETS_LIMIT = 40
MERGED_LIMIT = 500_000
"""Rows that cells merged downwards may fill; the others stay blank."""
