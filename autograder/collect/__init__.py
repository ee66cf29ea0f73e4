"""What students hand in elsewhere, brought here: repositories, checkouts, downloads.

Owns: how it is fetched and where it is put. May not: run anything of it, or believe a
name, a date or a setting that came with it.
"""
