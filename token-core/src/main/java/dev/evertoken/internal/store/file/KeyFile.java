package dev.evertoken.internal.store.file;

import dev.evertoken.internal.store.json.JsonObjectReader;
import dev.evertoken.internal.store.json.JsonObjectWriter;
import dev.evertoken.internal.store.json.MalformedRecordException;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that contains only a key. Stateless. */
final class KeyFile {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private static final int LARGEST = 64 * 1024;

    private KeyFile() {}

    static byte[] encode(TokenKey key) {
        return JsonObjectWriter.write(
                json -> json.text("registration", key.registration()).text("account", key.account()));
    }

    /** Returns the key; empty if the file does not exist or is not readable. */
    static Optional<TokenKey> read(Path file) {
        try {
            Optional<byte[]> content = PrivateFiles.read(file, LARGEST);
            return content.isEmpty() ? Optional.empty() : Optional.of(decode(content.get()));
        } catch (IOException | MalformedRecordException | IllegalArgumentException e) {
            log.warn("{} is not a readable key file", file, e);
            return Optional.empty();
        }
    }

    private static TokenKey decode(byte[] content) throws MalformedRecordException {
        JsonObjectReader json = JsonObjectReader.parse(content);
        return TokenKey.of(json.text("registration"), json.text("account"));
    }
}
