"""All mutable state of live Python objects, taken out and put back in place.

Environments are taken as they are: no library pickles them whole (Gymnasium's keep their constructor arguments
only). So their objects are walked instead, from the outermost wrapper to the simulator's memory. What is taken is
put back into environments that were built afresh in the same way. Objects of the fresh ones are kept and filled,
so that everything that shares memory with the simulator still does; only what has no counterpart is made new.

``objects.kind_of`` is the list of what can be saved. Everything else is refused by name, never left out in silence.
Globals of modules are no part of it.
"""

from typing import Any

from mjbench.snapshot.capturing import Capturing
from mjbench.snapshot.nodes import Capture
from mjbench.snapshot.restoring import Restoring


def capture(root: Any) -> Capture:
    """Copy the state of everything reachable from ``root``.

    Raises:
        Unresumable: something holds state that cannot be read; the message says where.
    """
    return Capturing().run(root)


def restore(root: Any, state: Capture) -> None:
    """Put captured state into ``root``, an object built in the same way as the captured one.

    Raises:
        Unresumable: the two differ in what cannot be made anew; ``root`` is then in no usable state.
    """
    Restoring(state).run(root)
