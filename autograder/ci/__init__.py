"""Files for CI services: grading and self-check workflows, Gradescope's archive.

Owns: those files and how they are written. May not: put a secret, or a student's text,
where a shell or a workflow reads it.
"""
