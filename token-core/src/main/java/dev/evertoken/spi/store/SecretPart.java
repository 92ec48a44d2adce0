package dev.evertoken.spi.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a record in the form that stores handle: opaque bytes, in clear or sealed. The string representation
 * never contains them. Immutable; the byte arrays are not copied and must not be changed.
 *
 * <p>Later versions may add subtypes: keep a default branch.
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, and stores need the plain array
public sealed interface SecretPart {

    /** Returns the bytes to store. */
    byte[] bytes();

    /** Secrets in clear text, of an application without a key ring. */
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
     * @param keyId the id of the key that sealed them
     * @param bytes the output of the sealer
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
