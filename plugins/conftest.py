"""What the tests of all plugins share: one process may run them all."""

from importlib.util import find_spec

if find_spec("mjbench_sbx"):
    from mjbench_sbx.threads import fix_threads

    fix_threads(1)  # JAX reads it when it is imported, which EnvPool does too
