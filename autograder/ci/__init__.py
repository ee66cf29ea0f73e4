"""What continuous integration needs: workflows, and Gradescope's autograder.

Owns: these files, made from a course's settings. May not: grade by itself.
"""
