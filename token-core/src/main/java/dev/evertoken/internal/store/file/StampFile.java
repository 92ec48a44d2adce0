package dev.evertoken.internal.store.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.ChangeStamp.Move;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The file with the change stamp of a store, a random number in hexadecimal digits; it does not exist before the first
 * move. Reading takes no lock. Thread-safe if the caller of {@link #move} holds the lock of {@link #STRIPE}.
 */
public final class StampFile {

    /** The stripe whose lock and temporary file a move uses. */
    public static final int STRIPE = 0;

    private static final int MOST_BYTES = 64;

    private final Path file;
    private final Path temporary;

    private StampFile(Path file, Path temporary) {
        this.file = file;
        this.temporary = temporary;
    }

    /** @param records the folder with a temporary file for each stripe */
    public static StampFile in(Path folder, RecordFolder records) {
        return new StampFile(folder.resolve("changes"), records.pending(STRIPE));
    }

    public String read() throws IOException {
        return PrivateFiles.read(file, MOST_BYTES)
                .map(bytes -> new String(bytes, US_ASCII))
                .orElse(ChangeStamp.NONE);
    }

    public Move move() throws IOException {
        Move move = new Move(
                read(), HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
        PrivateFiles.replace(file, move.after().getBytes(US_ASCII), temporary);
        return move;
    }
}
