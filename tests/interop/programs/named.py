"""A module that listens, and publishes where."""
import socket

import layer_cake as lc


def named(self, scope: str = "GROUP"):
    listener = socket.create_server(("127.0.0.1", 0))
    self.publish("py.named", scope, listener.getsockname()[1])
    self.console(f"listening at {listener.getsockname()[1]}")
    self.input()  # a Stop
    return self.program.flags["directory_scope"]


lc.bind(named)

if __name__ == "__main__":
    lc.create(named)
