package dev.evertoken.internal.store.journal;

/** The text of an entry in a segment. Immutable; the array is not copied. */
final class SegmentText {

    private final String id;
    private final byte[] text;

    SegmentText(String id, byte[] text) {
        this.id = id;
        this.text = text;
    }

    /** Returns the id that identifies the entry in the journal. */
    String id() {
        return id;
    }

    byte[] text() {
        return text;
    }
}
