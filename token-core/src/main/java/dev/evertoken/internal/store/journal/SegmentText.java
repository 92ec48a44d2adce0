package dev.evertoken.internal.store.journal;

/**
 * The text of an entry in a segment. Immutable.
 *
 * @param id identifies the entry in the journal
 */
@SuppressWarnings("ArrayRecordComponent") // it is passed on once, and never compared
record SegmentText(String id, byte[] text) {}
