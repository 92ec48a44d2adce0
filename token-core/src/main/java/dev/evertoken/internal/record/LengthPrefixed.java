package dev.evertoken.internal.record;

import java.nio.ByteBuffer;

/**
 * Puts texts one behind the other, each with its length before it, so that no two lists of texts give the same
 * bytes. Every UTF-16 unit counts, unpaired ones too. Stateless. Thread-safe.
 */
public final class LengthPrefixed {

    private LengthPrefixed() {}

    public static byte[] of(String... texts) {
        int size = 0;
        for (String text : texts) {
            size += Integer.BYTES + text.length() * Character.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (String text : texts) {
            out.putInt(text.length());
            text.chars().forEach(unit -> out.putChar((char) unit));
        }
        return out.array();
    }
}
