"""A worker in Python: the request's fields come as one JSON object, its answer is one JSON line."""
import json
import random
import sys

for line in sys.stdin:
    size = json.loads(line)
    x, y = size.get("x", 1), size.get("y", 1)
    if not (isinstance(x, int) and isinstance(y, int) and 1 <= x <= 1000 and 1 <= y <= 1000):
        answer = {"error": "x and y must be integers from 1 to 1000", "status": 400}
    else:
        answer = [[random.random() for _ in range(x)] for _ in range(y)]
    print(json.dumps(answer), flush=True)
