"""Grading where work is pushed: GitHub, GitLab, Gradescope, or any other runner.

Owns: what such a service reports about itself, and what it reads. May not: grade by
itself, or trust text that a student can choose: names of branches, files and accounts.
"""
