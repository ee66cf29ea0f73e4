"""The one configuration file of the course, for the autograder and for nbgrader.

Keys of the autograder begin with `c.Autograder.`; all others are nbgrader's own, such
as `c.CourseDirectory` for the folders and `c.CourseDirectory.db_url` for a PostgreSQL
gradebook. A key left out has the default that stands here behind its comment.
"""

c = get_config()

c.CourseDirectory.course_id = "deep-learning"

# The assignments in the order of the course. Default: every folder of source/.
c.Autograder.assignments = ["convolution"]

# The devices that the course grades on: "cpu", "cuda" or both. Default: ["cpu"].
c.Autograder.devices = ["cpu"]

# Limits for student code. One assignment may have its own:
# c.Autograder.per_assignment = {"convolution": {"cell_timeout_s": 120}}
c.Autograder.cell_timeout_s = 60
c.Autograder.call_timeout_s = 10
c.Autograder.notebook_timeout_s = 600
c.Autograder.submission_max_mib = 20

# Submissions graded at the same time. Default: one for each processor core.
# c.Autograder.workers = 4

# Seeds the hidden checks' inputs. Default: a random secret, made on first use and kept
# in .autograder/seed, outside of git. The variable AUTOGRADER_SEED goes before both.
# c.Autograder.seed = "keep me secret"
