package dev.evertoken.store;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.testing.SampleRecords;
import java.nio.file.Path;

/**
 * A process that raises the generations of some accounts, one after the other, each by compare-and-set, and
 * says after each write which account has which generation.
 */
final class CountingWriter {

    private CountingWriter() {}

    static TokenKey key(int number) {
        return TokenKey.of("google", "user-" + number);
    }

    /** Arguments: the folder, how many accounts, how many writes. */
    public static void main(String[] args) {
        FileTokenStore store = FileTokenStore.open(Path.of(args[0]), "crm");
        int accounts = Integer.parseInt(args[1]);
        int writes = Integer.parseInt(args[2]);
        for (int i = 0; i < writes; i++) {
            int number = i % accounts;
            System.out.println(number + " " + raise(store, key(number)));
        }
    }

    /** Returns the generation that it wrote. */
    static long raise(FileTokenStore store, TokenKey key) {
        while (true) {
            TokenRecord seen = store.load(key).orElseThrow();
            TokenRecord next = SampleRecords.next(seen);
            if (store.compareAndSet(key, seen.revision(), next)) {
                return next.generation();
            }
        }
    }
}
