package dev.evertoken.internal.store.journal;

import java.util.concurrent.ConcurrentNavigableMap;

/** Finds entries by the start of their ids, which is that of the key of an account. Stateless. */
final class SegmentIndex {

    /** After each character of an id. */
    private static final String LAST = "~";

    private SegmentIndex() {}

    static <T> ConcurrentNavigableMap<String, T> startingWith(ConcurrentNavigableMap<String, T> index, String prefix) {
        return index.subMap(prefix, prefix + LAST);
    }
}
