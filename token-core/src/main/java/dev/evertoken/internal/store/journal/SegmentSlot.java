package dev.evertoken.internal.store.journal;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.io.IOException;

/** A reservation in a segment. Used by one thread. */
final class SegmentSlot implements Journal.Slot {

    private final TokenKey key;
    private final String id;
    private final OwnSegments segments;
    private final Segment reserved;
    private boolean open = true;

    private SegmentSlot(TokenKey key, String id, OwnSegments segments, Segment reserved) {
        this.key = key;
        this.id = id;
        this.segments = segments;
        this.reserved = reserved;
    }

    static SegmentSlot reserve(TokenKey key, String id, OwnSegments segments) {
        try {
            return new SegmentSlot(key, id, segments, segments.reserve());
        } catch (IOException e) {
            throw FileJournal.unavailable("no journal entry can be reserved for the response", e)
                    .key(key)
                    .build();
        }
    }

    @Override
    public Journal.Entry write(String claimId, TokenRecord answered) {
        if (!open) {
            throw new IllegalStateException("this slot has been used or closed");
        }
        if (!answered.key().equals(key)) {
            throw new IllegalArgumentException("this slot was reserved for " + key + ", not for " + answered.key());
        }
        byte[] text = JournalEntry.text(claimId, answered);
        try {
            segments.write(reserved, id, text);
            return new Journal.Entry(id, claimId, answered);
        } catch (IOException e) {
            throw FileJournal.unavailable("the response could not be written to the journal", e)
                    .key(key)
                    .build();
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            segments.release(reserved);
        }
    }
}
