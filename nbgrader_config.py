"""What stock nbgrader commands read: the same course as course_config.py describes."""

load_subconfig("course_config.py")
