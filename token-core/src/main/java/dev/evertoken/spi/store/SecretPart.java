package dev.evertoken.spi.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a record as stores see them: opaque bytes, in clear or sealed. Never prints its bytes.
 * Immutable; the byte arrays are not copied and must not be changed.
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, and stores need the plain array
public sealed interface SecretPart {

    /** Returns the bytes to keep. */
    byte[] bytes();

    /** Secrets of an application that has no key ring. */
    record Clear(byte[] bytes) implements SecretPart {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Clear that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Clear[<redacted>]";
        }
    }

    /**
     * Sealed secrets.
     *
     * @param keyId which key of the ring sealed them
     * @param bytes what the sealer wrote
     */
    record Envelope(String keyId, byte[] bytes) implements SecretPart {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Envelope that && keyId.equals(that.keyId) && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * keyId.hashCode() + Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Envelope[" + keyId + ", <redacted>]";
        }
    }
}
