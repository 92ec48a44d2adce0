package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 digests, for index keys and for checking that a record is unchanged. Texts are compared by their characters,
 * so two texts are never equal because of a database collation. Stateless. Thread-safe.
 */
final class Digests {

    private Digests() {}

    /** Returns the primary key of an account. */
    static byte[] id(String namespace, TokenKey key) {
        return of(namespace, key.registration(), key.account());
    }

    /** Returns the digest that all accounts of a registration share. */
    static byte[] scope(String namespace, String registration) {
        return of(namespace, registration);
    }

    /** Joins the texts with a null character, which none of them contains. */
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
