package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 of what is too long for an index, or must not have changed. Of texts the characters count as they are: no
 * collation of a database makes two of them the same. Stateless.
 */
final class Digests {

    private Digests() {}

    /** Returns the primary key of an account. */
    static byte[] id(String namespace, TokenKey key) {
        return of(namespace, key.registration(), key.account());
    }

    /** Returns what all accounts of a registration have in common. */
    static byte[] scope(String namespace, String registration) {
        return of(namespace, registration);
    }

    /** The texts have no control characters, so a zero keeps them apart. */
    static byte[] of(String... texts) {
        String all = String.join("\0", texts);
        ByteBuffer characters = ByteBuffer.allocate(all.length() * Character.BYTES);
        characters.asCharBuffer().put(all);
        return of(characters.array());
    }

    static byte[] of(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
