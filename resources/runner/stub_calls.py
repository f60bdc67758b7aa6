"""What a stubbed target raises; remembers that it was called."""

noted = []


def note():
    noted.append(1)
    return NotImplementedError()
