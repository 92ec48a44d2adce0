package dev.evertoken.store.jdbc;

import dev.evertoken.model.Secret;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Digests of an account's previous tokens. If the application writes one of these tokens back, it is recognized as old.
 * Immutable.
 */
final class SpentTokenDigests {

    private static final int LENGTH = 16;
    private static final int MAX_TOKENS = 50;

    private final byte[] digests;

    SpentTokenDigests(byte[] digests) {
        this.digests = digests;
    }

    boolean has(Secret token) {
        byte[] expected = digest(token);
        return parts().stream().anyMatch(part -> Arrays.equals(part, expected));
    }

    /** Returns these digests and another one, without the oldest if there are too many. */
    SpentTokenDigests plus(Secret token) {
        if (has(token)) {
            return this;
        }
        List<byte[]> all = parts();
        all.add(digest(token));
        List<byte[]> kept = all.subList(Math.max(0, all.size() - MAX_TOKENS), all.size());
        ByteBuffer bytes = ByteBuffer.allocate(kept.size() * LENGTH);
        kept.forEach(bytes::put);
        return new SpentTokenDigests(bytes.array());
    }

    byte[] bytes() {
        return digests.clone();
    }

    boolean isEmpty() {
        return digests.length == 0;
    }

    private List<byte[]> parts() {
        List<byte[]> parts = new ArrayList<>();
        for (int at = 0; at + LENGTH <= digests.length; at += LENGTH) {
            parts.add(Arrays.copyOfRange(digests, at, at + LENGTH));
        }
        return parts;
    }

    private static byte[] digest(Secret token) {
        return Arrays.copyOf(Digests.of("spent token", token.reveal()), LENGTH);
    }
}
