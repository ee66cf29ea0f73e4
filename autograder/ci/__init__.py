"""What CI services get: workflows that grade a class, and one that a student may run.

Owns: those files and how they are written. May not: put a secret, or text of a
student's, where a shell or a workflow reads it.
"""
