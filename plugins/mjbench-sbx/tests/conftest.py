"""JAX reads the number of threads when it is imported: here it is what the runs of these tests have."""

from mjbench_sbx.threads import fix_threads

fix_threads(1)
