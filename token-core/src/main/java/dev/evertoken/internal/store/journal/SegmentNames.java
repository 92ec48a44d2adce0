package dev.evertoken.internal.store.journal;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** Names the segments of the journal: the digits of the owner, and a number. Thread-safe. */
final class SegmentNames {

    private static final int OWNER_DIGITS = 16;
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{16}-[0-9a-f]{1,16}\\.log");
    private static final AtomicLong COUNTER = new AtomicLong();

    private SegmentNames() {}

    /** Returns a new name. */
    static String create(JournalOwner owner) {
        return owner.id() + "-" + Long.toHexString(COUNTER.incrementAndGet()) + ".log";
    }

    static boolean isOne(Path file) {
        return NAME.matcher(file.getFileName().toString()).matches();
    }

    static String owner(Path file) {
        return file.getFileName().toString().substring(0, OWNER_DIGITS);
    }
}
