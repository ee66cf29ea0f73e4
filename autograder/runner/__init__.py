"""Grading where work is pushed: GitHub, GitLab, Gradescope, or any other runner.

Owns: what such a place tells of itself, and what it reads. May not: grade by itself, or
believe a text that a student can choose: names of branches, files and accounts.
"""
