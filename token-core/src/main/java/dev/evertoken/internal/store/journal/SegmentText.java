package dev.evertoken.internal.store.journal;

/**
 * The text of an entry in a segment. Immutable.
 *
 * @param id identifies the entry in the journal
 */
record SegmentText(String id, byte[] text) {}
