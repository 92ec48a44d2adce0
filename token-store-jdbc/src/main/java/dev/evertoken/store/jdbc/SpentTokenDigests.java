package dev.evertoken.store.jdbc;

import dev.evertoken.model.Secret;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The last tokens that an account's grants lived on before, as digests: what the application writes back of them is
 * old, however new the write. Immutable.
 */
final class SpentTokenDigests {

    private static final int LENGTH = 16;
    private static final int MOST = 50;

    private final byte[] digests;

    SpentTokenDigests(byte[] digests) {
        this.digests = digests;
    }

    boolean has(Secret token) {
        byte[] wanted = digest(token);
        return parts().stream().anyMatch(part -> Arrays.equals(part, wanted));
    }

    /** Returns these and one more, the oldest left out where they become too many. */
    SpentTokenDigests plus(Secret token) {
        if (has(token)) {
            return this;
        }
        List<byte[]> all = parts();
        all.add(digest(token));
        List<byte[]> kept = all.subList(Math.max(0, all.size() - MOST), all.size());
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
