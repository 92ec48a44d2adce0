package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.FileNames;
import dev.evertoken.model.TokenKey;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** Names the entries of the journal: the digits of the key, those of the owner, and a number. Thread-safe. */
final class EntryNames {

    private static final int KEY_DIGITS = 32;
    private static final int OWNER_DIGITS = 16;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{1,16}");
    private static final AtomicLong COUNTER = new AtomicLong();

    private EntryNames() {}

    /** Returns a new id for an entry. */
    static String create(TokenKey key, JournalOwner owner) {
        return of(keyDigits(key), owner);
    }

    /** Returns a new id for an entry whose owner has ended. */
    static String ownedBy(Path file, JournalOwner owner) {
        return of(keyDigits(name(file)), owner);
    }

    private static String of(String keyDigits, JournalOwner owner) {
        return keyDigits + "-" + owner.id() + "-" + Long.toHexString(COUNTER.incrementAndGet());
    }

    /** Returns a new id for damaged bytes whose key is unknown. */
    static String ofUnknownKey(JournalOwner owner) {
        return of("0".repeat(KEY_DIGITS), owner);
    }

    static boolean isId(String id) {
        return ID.matcher(id).matches();
    }

    /** Returns whether a file is an entry with this suffix. */
    static boolean isOne(Path file, String suffix) {
        return name(file).endsWith(suffix) && isId(id(file, suffix));
    }

    /** Returns whether a file may be an entry of a key: different keys may have the same digits. */
    static boolean isOf(Path file, TokenKey key) {
        return name(file).startsWith(keyDigits(key));
    }

    static String id(Path file, String suffix) {
        String name = name(file);
        return name.substring(0, name.length() - suffix.length());
    }

    static String owner(Path file) {
        return name(file).substring(KEY_DIGITS + 1, KEY_DIGITS + 1 + OWNER_DIGITS);
    }

    static String keyDigits(TokenKey key) {
        return FileNames.hash(key).substring(0, KEY_DIGITS);
    }

    static String keyDigits(String id) {
        return id.substring(0, KEY_DIGITS);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
