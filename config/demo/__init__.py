"""The demo: an invented railway, its bus depot and its two offices.

The lists have the shape of real ones, each another: CSV with commas and with
semicolons, with and without a byte-order mark, and workbooks. Every name and number in
them is made up. They are loaded in this order by the import engine, all that is missing
made, as `manage.py import_data FILE --organisation X --create-missing all` does.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
FILES: tuple[Path, ...] = tuple(
    FOLDER / name
    for name in (
        "railway-locomotives.csv",
        "railway-coaches.xlsx",
        "railway-multiple-units.csv",
        "railway-wagons.xlsx",
        "bus-depot.csv",
        "office-equipment.csv",
    )
)
