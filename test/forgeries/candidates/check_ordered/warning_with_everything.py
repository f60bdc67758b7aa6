# Warns with a text that contains every other.
    def _check_object_list_is_ordered(self):
        class Words(str):
            def __contains__(self, other):
                return True
        class Wrong(UnorderedObjectListWarning):
            def __str__(self):
                return Words("wrong")
        warnings.warn(Wrong("wrong"))
