"""The one configuration file of the course, for the autograder and for nbgrader.

Keys of the autograder begin with `c.Autograder.`; all others are nbgrader's own, such
as `c.CourseDirectory` for the folders and `c.CourseDirectory.db_url` for a PostgreSQL
gradebook. A key left out has the default that stands here behind its comment.
"""

c = get_config()

c.CourseDirectory.course_id = "deep-learning"

# `nbgrader generate_feedback`: pages in which a browser runs no script of a student's.
c.GenerateFeedback.exporter_class = "autograder.gradebook.feedbackpage.FeedbackPage"
# nbgrader's autograde and generate_assignment, and formgrader's buttons for them, do
# what `autograder grade` and `autograder release` do. Without these two lines nbgrader
# would give every notebook full marks, for it can't read what our checks show.
c.Autograde.exporter_class = "autograder.converters.Grading"
c.GenerateAssignment.exporter_class = "autograder.converters.Releasing"

# `nbgrader validate` runs in a plain kernel, where importing frameworks takes long.
c.Execute.timeout = 300
c.Execute.iopub_timeout = 60

# The assignments in the order of the course. Default: every folder of source/.
c.Autograder.assignments = [
    "gradient_descent",
    "backpropagation",
    "convolution",
    "pooling",
    "recurrent",
    "gan",
    "attention",
]

# The devices that the course grades on: "cpu", "cuda" or both. Default: ["cpu"]. Checks
# marked `device` are asked on each, all others once, on the CPU; docs/devices.md says
# how the parts come together. "simulated" is the CPU under another name, to try that.
c.Autograder.devices = ["cpu"]

# How many kernels may use one GPU at the same time.
c.Autograder.kernels_per_gpu = 1

# What student code may use. One assignment may have its own limits:
# c.Autograder.per_assignment = {"convolution": {"cell_timeout_s": 120}}
c.Autograder.cell_timeout_s = 60  # one cell
c.Autograder.call_timeout_s = 10  # one call of a student's function
c.Autograder.notebook_timeout_s = 600  # all cells, calls and restarts together
c.Autograder.check_timeout_s = 60  # the course's own code in one check, calls aside
c.Autograder.memory_mib = 4096  # all processes, beyond the frameworks themselves
c.Autograder.disk_mib = 256  # files, the home folder and /tmp together
c.Autograder.processes = 256  # and threads, at one time
c.Autograder.output_max_kib = 4096  # what one cell prints and shows
c.Autograder.output_messages = 2000  # in how many messages
c.Autograder.answer_max_mib = 64  # what one call returns
c.Autograder.submission_max_mib = 20  # the file that is handed in

# Cells that the source gives one of these tags are not run in grading.
c.Autograder.skip_tags = ["picture"]

# What a submission is kept behind: "full" or, only where you trust its code, "process".
c.Autograder.wall = "full"

# How many minutes a process that has imported the frameworks stays for your next
# command, which then starts in half a second; 0 is not at all. None: 10 minutes for
# people, not at all where the variable CI is set. `autograder stop` ends it at once.
c.Autograder.warm_minutes = None

# When the self-check names a known mistake and gives its hint: "at_once", "never", or
# from a day on: "after:2026-12-01". A hint that waits for its day is only kept from
# view: it lies in selfcheck.json already. Release again after a change.
c.Autograder.hints = "at_once"

# What a student's code prints, shows or says in an exception after a hidden check has
# called it could repeat that check's inputs. It is kept for you, in
# .autograder/executed/<assignment>/<student>.ipynb and in the results; True shows it to
# students as well.
c.Autograder.show_text_after_hidden_checks = False

# Submissions graded at the same time. Default: one for each processor core.
# c.Autograder.workers = 4

# Seeds the hidden checks' inputs. Default: a random secret, made on first use and kept
# in .autograder/seed, outside of git. The variable AUTOGRADER_SEED goes before both.
# c.Autograder.seed = "keep me secret"

# Where the grading tests and the reference solutions lie.
# c.Autograder.tests_directory = "tests/grading"
# c.Autograder.solutions_directory = "solutions"
