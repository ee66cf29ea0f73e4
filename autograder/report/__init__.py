"""Reports in the formats that people and their machines read.

Owns: these formats: pure functions of what was graded; equal input gives equal bytes.
May not: grade, or open the gradebook.
"""
