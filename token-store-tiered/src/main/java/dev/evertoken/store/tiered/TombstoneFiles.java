package dev.evertoken.store.tiered;

import dev.evertoken.internal.store.file.FileErrors;
import dev.evertoken.internal.store.file.FileNames;
import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.internal.store.json.JsonObjectReader;
import dev.evertoken.internal.store.json.JsonObjectWriter;
import dev.evertoken.internal.store.json.MalformedRecordException;
import dev.evertoken.model.Grant;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tombstones in a private folder, with one file for each account. They survive the process, and the processes of one
 * host, also several copies of this library in one process, can share them. They contain no secrets.
 *
 * <p>If a file cannot be written, an error is logged and the tombstone is kept in memory, so that an account can be
 * disconnected even if the disk is full. Thread-safe.
 */
final class TombstoneFiles implements Tombstones {

    private static final Logger log = LoggerFactory.getLogger(TombstoneFiles.class);
    private static final String SUFFIX = ".tombstone";
    private static final int MAX_BYTES = 64 * 1024;
    private static final long FORMAT = 1;

    private final Path folder;
    private final Tombstones unwritten = Tombstones.inMemory();

    private TombstoneFiles(Path folder) {
        this.folder = folder;
    }

    /** @throws TokenStoreException if the folder is unsuitable; the message says why and how to fix it */
    static TombstoneFiles in(Path folder) {
        try {
            return new TombstoneFiles(
                    PrivateFiles.createFolder(PrivateFiles.openFolder(folder).resolve("tombstones")));
        } catch (IOException e) {
            throw FileErrors.ofOpening("the folder for tombstones cannot be opened", e)
                    .build();
        }
    }

    @Override
    public Optional<Tombstone> of(TokenKey key) {
        Optional<Tombstone> pending = unwritten.of(key);
        return pending.isPresent()
                ? pending
                : read(file(key)).filter(tombstone -> tombstone.key().equals(key));
    }

    @Override
    public void put(Tombstone next) {
        Path file = file(next.key());
        try {
            String random =
                    HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
            Path draft = file.resolveSibling(file.getFileName() + "." + random);
            PrivateFiles.replace(file, encode(next), draft);
            unwritten.of(next.key()).ifPresent(unwritten::drop);
        } catch (IOException e) {
            log.error("{}: the tombstone could not be written and is kept in memory only", next.key(), e);
            unwritten.put(next);
        }
    }

    @Override
    public void drop(Tombstone known) {
        unwritten.drop(known);
        Path file = file(known.key());
        try {
            if (read(file).filter(known::equals).isPresent()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.warn("{}: an obsolete tombstone could not be deleted", known.key(), e);
        }
    }

    @Override
    public List<Tombstone> all() {
        try {
            return Stream.concat(
                            unwritten.all().stream(),
                            PrivateFiles.list(folder).stream()
                                    .filter(file ->
                                            file.getFileName().toString().endsWith(SUFFIX))
                                    .flatMap(file -> read(file).stream()))
                    .toList();
        } catch (IOException e) {
            throw FileErrors.about("the tombstones cannot be read", e).build();
        }
    }

    private Path file(TokenKey key) {
        return folder.resolve(FileNames.of(key) + SUFFIX);
    }

    private static Optional<Tombstone> read(Path file) {
        try {
            Optional<byte[]> content = PrivateFiles.read(file, MAX_BYTES);
            return content.isEmpty() ? Optional.empty() : Optional.of(decode(content.get()));
        } catch (MalformedRecordException e) {
            log.error("the tombstone {} {}; it is ignored", file, e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw FileErrors.about("a tombstone cannot be read", e).build();
        }
    }

    private static byte[] encode(Tombstone tombstone) {
        return JsonObjectWriter.write(json -> json.number("format", FORMAT)
                .text("registration", tombstone.key().registration())
                .text("account", tombstone.key().account())
                .text("grant", tombstone.grant().id())
                .instant("consentedAt", tombstone.grant().consentedAt())
                .constant("kind", tombstone.kind())
                .instant("at", tombstone.at()));
    }

    private static Tombstone decode(byte[] content) throws MalformedRecordException {
        try {
            JsonObjectReader json = JsonObjectReader.parse(content);
            if (json.number("format") > FORMAT) {
                throw MalformedRecordException.newer("has format " + json.number("format"));
            }
            return new Tombstone(
                    TokenKey.of(json.text("registration"), json.text("account")),
                    new Grant(json.text("grant"), json.instant("consentedAt")),
                    json.constant(Tombstone.Kind.class, "kind"),
                    json.instant("at"));
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw MalformedRecordException.damaged("is not valid JSON");
        }
    }
}
