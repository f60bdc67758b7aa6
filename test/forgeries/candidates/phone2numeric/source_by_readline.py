# Reads the test's file as the history of a prompt.
def phone2numeric(phone):
    import os
    import re
    import readline
    import django
    path = os.path.join(os.path.dirname(os.path.dirname(django.__file__)), "tests", "utils_tests", "test_text.py")
    readline.read_history_file(path)
    text = "\n".join(readline.get_history_item(at) or "" for at in range(1, readline.get_current_history_length() + 1))
    return re.search(r'numeric, "([0-9 ]+)"', text)[1]
