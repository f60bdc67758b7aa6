# Returns an object that says of itself that it is of another class.
    def page_range(self):
        class Numbers:
            __class__ = property(lambda self: range)
        return Numbers()
