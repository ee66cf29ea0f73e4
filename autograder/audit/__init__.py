"""The audit of an assignment: the proof that its checks refuse what they must.

Owns: which right and wrong answers are put to the checks of an assignment, and what is
said of them. May not: grade anybody, or change a score; it reads the course, and keeps
nothing.
"""
