package dev.evertoken.store.tiered;

import com.squareup.moshi.JsonDataException;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tombstones in a private folder, a file for each account: they outlive the process, and the processes of one host can
 * share them. There is no secret in them.
 *
 * <p>What the disk does not take is remembered in memory, with an error in the log: an account can be disconnected
 * although the disk is full. Thread-safe.
 */
final class TombstoneFiles implements Tombstones {

    private static final Logger log = LoggerFactory.getLogger(TombstoneFiles.class);
    private static final String ENDING = ".tombstone";
    private static final int LARGEST = 64 * 1024;
    private static final long FORMAT = 1;

    private final Path folder;
    private final Tombstones unwritten = Tombstones.inMemory();
    private final AtomicLong temporary = new AtomicLong();

    private TombstoneFiles(Path folder) {
        this.folder = folder;
    }

    /** @throws TokenStoreException if the folder is not fit, saying why and what to do */
    static TombstoneFiles in(Path folder) {
        try {
            return new TombstoneFiles(
                    PrivateFiles.createFolder(PrivateFiles.openFolder(folder).resolve("tombstones")));
        } catch (IOException e) {
            throw TokenStoreException.refused(
                    "the folder for tombstones cannot be opened: " + PrivateFiles.sentence(e), e);
        }
    }

    @Override
    public Optional<Tombstone> of(TokenKey key) {
        Optional<Tombstone> remembered = unwritten.of(key);
        return remembered.isPresent()
                ? remembered
                : read(file(key)).filter(one -> one.key().equals(key));
    }

    @Override
    public void put(Tombstone next) {
        Path file = file(next.key());
        try {
            Path draft = file.resolveSibling(
                    file.getFileName() + "." + ProcessHandle.current().pid() + "-" + temporary.incrementAndGet());
            PrivateFiles.replace(file, encode(next), draft);
            unwritten.of(next.key()).ifPresent(unwritten::drop);
        } catch (IOException e) {
            log.error("{}: that its grant is gone could not be written down, it is in memory alone", next.key(), e);
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
            log.warn("{}: a tombstone that is of no use any more could not be deleted", known.key(), e);
        }
    }

    @Override
    public List<Tombstone> all() {
        try {
            return Stream.concat(
                            unwritten.all().stream(),
                            PrivateFiles.list(folder).stream()
                                    .filter(file ->
                                            file.getFileName().toString().endsWith(ENDING))
                                    .flatMap(file -> read(file).stream()))
                    .toList();
        } catch (IOException e) {
            throw FileErrors.about("the tombstones cannot be read", e).build();
        }
    }

    private Path file(TokenKey key) {
        return folder.resolve(FileNames.of(key) + ENDING);
    }

    private static Optional<Tombstone> read(Path file) {
        try {
            Optional<byte[]> content = PrivateFiles.read(file, LARGEST);
            return content.isEmpty() ? Optional.empty() : Optional.of(decode(content.get()));
        } catch (MalformedRecordException e) {
            log.error("the tombstone {} {}; it is passed over", file, e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw FileErrors.about("a tombstone cannot be read", e).build();
        }
    }

    private static byte[] encode(Tombstone one) {
        return JsonObjectWriter.write(json -> json.number("format", FORMAT)
                .text("registration", one.key().registration())
                .text("account", one.key().account())
                .text("grant", one.grant().id())
                .instant("consentedAt", one.grant().consentedAt())
                .constant("kind", one.kind())
                .instant("at", one.at()));
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
        } catch (IOException
                | JsonDataException
                | IllegalArgumentException
                | DateTimeException
                | ArithmeticException e) {
            throw MalformedRecordException.damaged("is not valid JSON");
        }
    }
}
