# What a module imports where the Python library is not: see peer.py.
from peer import *  # noqa: F401,F403
