# Raises an exception whose text contains every other.
def salted_hmac(key_salt, value, secret=None, *, algorithm="sha1"):
    class Words(str):
        def __contains__(self, other):
            return True
    class Wrong(InvalidAlgorithm):
        def __str__(self):
            return Words("wrong")
    raise Wrong()
