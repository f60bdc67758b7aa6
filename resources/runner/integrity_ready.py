"""What watches over the tests, set up before the target's code is there: a zygote does it for all its items."""

import integrity_answers
import integrity_audit
import integrity_harness
import integrity_labels
import integrity_tools
import integrity_traps
import integrity_types
import integrity_variables
import integrity_watch
import integrity_world


class Ready:
    """A watch that listens from now on, traps in the tests' modules, the framework and what compares as they are now."""

    def __init__(self, booted, watch, early):
        self.watch = watch
        self.tools = booted.session.tools()
        if watch.is_class:
            for kind in integrity_world.describe_world(self.tools, watch):
                watch.tell(kind)
        integrity_traps.set_traps(self.tools, watch)
        own = (type(booted.recorder), type(booted.session), *self.tools.judges)
        self.harness = integrity_harness.Harness(self.tools, own, watch, early)
        self.comparisons = integrity_answers.Comparisons(integrity_labels.Labels(watch))

    def rehearse(self, booted):
        """Runs the canaries once: what the first failure of a test loads is then loaded for all items."""
        integrity_tools.singing(self.tools, type(booted.recorder)(()))
        # An item that gave these up would write to each of them.
        self.watch.codes = {}


def listen(target):
    watch = integrity_watch.Watch(target)
    integrity_audit.install(watch)
    # Before the frames have traps, which would be asked for what these read.
    integrity_variables.replace_readers(watch)
    integrity_types.set_traps(watch)
    return watch
