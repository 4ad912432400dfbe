import layer_cake as lc


# Adds what it is sent; ends with how many it had.
def worker(self, start: int = 0):
    count = start
    while True:
        m = self.input()
        if m.signature == "family.Add":
            count += 1
            self.reply(lc.Message("family.Sum", {"of": m.word["a"] + m.word["b"], "pid": 0}))
        elif m.signature.endswith("Stop"):
            return lc.Aborted()
        elif m.signature == "family.Text":
            return count


lc.bind(worker, entry_point=[])

if __name__ == "__main__":
    lc.create(worker)
