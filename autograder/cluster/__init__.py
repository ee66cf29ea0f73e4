"""Grading on other machines: a Dask cluster's workers, each behind its own wall.

Owns: what is sent, the processes that grade there, and who gets which job. May not:
keep or write a result; only the coordinator does.

    coordinator        Dask worker                 our process on that machine
    crew        --->   host                 --->   station  --->  the workers of `pool`
    bundle, parcel     passes bytes on             unpacks, grades as everywhere
"""
