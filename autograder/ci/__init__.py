"""What CI services get: workflows that grade, the self-check's, Gradescope's archive.

Owns: those files and how they are written. May not: put a secret, or text of a
student's, where a shell or a workflow reads it.
"""
