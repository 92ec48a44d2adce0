package dev.evertoken.internal.record;

import java.nio.ByteBuffer;

/**
 * Concatenates strings, each preceded by its length, so that no two lists of strings give the same bytes. Every UTF-16
 * code unit counts, including unpaired surrogates. Stateless. Thread-safe.
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
            for (int i = 0; i < text.length(); i++) {
                out.putChar(text.charAt(i));
            }
        }
        return out.array();
    }
}
