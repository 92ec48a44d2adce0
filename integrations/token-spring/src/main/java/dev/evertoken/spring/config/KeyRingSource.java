package dev.evertoken.spring.config;

import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Reads the key ring that the properties name. Stateless. Thread-safe. */
final class KeyRingSource {

    private static final String KEYS = "evertoken.keys";
    private static final String FILE = "evertoken.key-file";

    private KeyRingSource() {}

    /** @throws SettingsException if there are two key rings, or if one cannot be read */
    static KeyRing read(TokensSettings settings) {
        Secret keys = settings.keys();
        String file = settings.keyFile();
        if (keys != null && file != null) {
            throw new SettingsException(
                    KEYS, KEYS + " and " + FILE + " are both set, and each is a key ring.", "Remove one of them.");
        }
        if (keys != null) {
            return read(KEYS, () -> KeyRing.parse(keys));
        }
        return file == null ? KeyRing.none() : read(FILE, () -> KeyRing.fromFile(Path.of(file)));
    }

    private static KeyRing read(String property, Supplier<KeyRing> ring) {
        try {
            return ring.get();
        } catch (TokenException e) {
            throw new SettingsException(
                    property,
                    property + " is not a key ring that can be read: " + e.getMessage(),
                    "Write it as id:base64 with keys of 32 bytes, such as k1:$(openssl rand -base64 32).",
                    e);
        }
    }
}
