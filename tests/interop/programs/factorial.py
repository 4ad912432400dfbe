import layer_cake as lc


def factorial(self, n: int = 5, note: str = None, at: lc.HostPort = None, rate: float = 1.0, wait: bool = False) -> int:
    self.console(f"factorial of {n} (note={note})")
    print("printed along the way")
    if wait and self.input().signature.endswith("Stop"):
        return lc.Aborted()
    if n < 0:
        return lc.Faulted("cannot compute", "below zero")
    value = 1
    for factor in range(2, n + 1):
        value *= factor
    return value


lc.bind(factorial)

if __name__ == "__main__":
    lc.create(factorial)
