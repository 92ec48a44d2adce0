package dev.evertoken.store;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.SampleRecords;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A process that raises the generations of some accounts, one after the other, each by compare-and-set with
 * secrets of another length, and prints the account and its generation after each write.
 */
final class CountingWriter {

    /** Long enough that neither writing nor reading them is atomic. */
    private static final int LONGEST_SECRETS = 200_000;

    private CountingWriter() {}

    static TokenKey key(int number) {
        return TokenKey.of("google", "user-" + number);
    }

    /** Arguments: the folder, the number of accounts, the number of writes. */
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
            int length = ThreadLocalRandom.current().nextInt(LONGEST_SECRETS);
            TokenRecord next = SampleRecords.nextWithSecrets(SampleRecords.next(seen), length);
            if (store.compareAndSet(key, seen.revision(), next)) {
                return next.generation();
            }
        }
    }
}
