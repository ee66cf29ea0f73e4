"""From submissions to grade reports: one in a worker, many by a pool of workers."""
