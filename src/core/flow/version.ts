/**
 * Raise it whenever a change makes the workflows emit other commands for the same history; open runs of another
 * version are refused, finished results stay valid. The replay tests say when that is needed.
 */
export const WORKFLOW_VERSION = 1;
