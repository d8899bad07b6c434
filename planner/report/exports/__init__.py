"""Plans for other programs: tables for spreadsheets and notebooks, maps for GIS, graphs for network tools."""
