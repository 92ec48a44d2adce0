package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.AgedCopies;
import dev.evertoken.internal.store.file.FileErrors;
import dev.evertoken.internal.store.file.FileNames;
import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.internal.store.json.MalformedRecordException;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in a directory: one file for each response, from the reservation to the deletion.
 *
 * <p>A file is named after its key and its owner. Until it is finished, only its owner accesses it. Unfinished files of
 * processes that have ended are deleted if they are empty, otherwise set aside. Files that were set aside, and consents
 * that no process has taken over, are deleted after {@link AgedCopies#KEPT}. Thread-safe.
 */
final class FileJournal implements Journal {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final String ENTRY = ".entry";
    private static final int MOST_PARKED = 5;
    private static final int MOST_TORN = 100;

    private final Path entries;
    private final Path parked;
    private final Path torn;
    private final JournalOwner owner;
    private final FileConsents consents;
    private final AgedCopies copies;

    private FileJournal(Path entries, Path parked, Path torn, Path consents, JournalOwner owner, Timekeeper time) {
        this.entries = entries;
        this.parked = parked;
        this.torn = torn;
        this.owner = owner;
        this.copies = new AgedCopies(time, List.of(parked, torn, consents));
        this.consents = new FileConsents(consents, owner, copies);
    }

    static FileJournal open(Path folder, String namespace, Timekeeper time) {
        try {
            Path own = PrivateFiles.openFolder(folder)
                    .resolve(FileNames.of(namespace))
                    .resolve("journal");
            JournalOwner owner = JournalOwner.in(PrivateFiles.createFolder(own.resolve("owners")));
            FileJournal journal = new FileJournal(
                    PrivateFiles.createFolder(own.resolve("entries")),
                    PrivateFiles.createFolder(own.resolve("parked")),
                    PrivateFiles.createFolder(own.resolve("torn")),
                    PrivateFiles.createFolder(own.resolve("consents")),
                    owner,
                    time);
            journal.clearUnfinished();
            return journal;
        } catch (IOException e) {
            throw unavailable("the journal cannot be opened", e).build();
        }
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public Slot reserve(TokenKey key) {
        copies.check();
        String id = EntryNames.create(key, owner);
        return ReservedEntry.reserve(key, id, entries.resolve(id + ENTRY));
    }

    @Override
    public List<Entry> entries(TokenKey key) {
        List<Entry> ofKey = new ArrayList<>();
        for (Entry entry : read(entries, EntryNames.keyDigits(key))) {
            if (entry.answered().key().equals(key)) {
                ofKey.add(entry);
            }
        }
        return ofKey;
    }

    @Override
    public List<Entry> all() {
        return read(entries, "");
    }

    @Override
    public void delete(Entry entry) {
        withWarning("delete", () -> Files.deleteIfExists(file(entries, entry)));
    }

    @Override
    public void park(Entry entry) {
        withWarning("park", () -> {
            copies.stamp(file(entries, entry));
            Files.move(file(entries, entry), file(parked, entry), StandardCopyOption.ATOMIC_MOVE);
            keepNewest(parked, EntryNames.keyDigits(entry.answered().key()), MOST_PARKED);
        });
    }

    @Override
    public List<Entry> parked() {
        return read(parked, "");
    }

    @Override
    public void dropParked(TokenKey key) {
        withWarning("drop", () -> keepNewest(parked, EntryNames.keyDigits(key), 0));
    }

    @Override
    public void forget(TokenKey key, Predicate<TokenRecord> which) {
        withWarning("delete", () -> {
            keepNewest(torn, EntryNames.keyDigits(key), 0);
            for (Path file : files(parked, EntryNames.keyDigits(key))) {
                if (isOf(file, key, which)) {
                    Files.deleteIfExists(file);
                }
            }
        });
    }

    private static boolean isOf(Path file, TokenKey key, Predicate<TokenRecord> which) throws IOException {
        Optional<byte[]> text = PrivateFiles.read(file, JournalPage.LARGEST).flatMap(JournalPage::text);
        try {
            return text.isPresent()
                    && isOf(JournalEntry.entry(id(file), text.get()).answered(), key, which);
        } catch (MalformedRecordException e) {
            log.warn("the journal entry {} {}; it is kept for {}", file, e.getMessage(), AgedCopies.KEPT);
            return false;
        }
    }

    private static boolean isOf(TokenRecord record, TokenKey key, Predicate<TokenRecord> which) {
        return record.key().equals(key) && which.test(record);
    }

    @Override
    public ConsentJournal consents() {
        return consents;
    }

    private List<Entry> read(Path folder, String prefix) {
        try {
            List<Entry> found = new ArrayList<>();
            for (Path file : files(folder, prefix)) {
                read(file).ifPresent(found::add);
            }
            if (found.size() > 1) {
                found.sort(Comparator.comparing(
                                (Entry entry) -> entry.answered().grant().consentedAt())
                        .thenComparing(entry -> entry.answered().generation())
                        .thenComparing(entry -> entry.answered().updatedAt()));
            }
            return found;
        } catch (IOException e) {
            throw unavailable("the journal cannot be read", e).build();
        }
    }

    /** Skips unfinished files: their owner is still running, or the next process that starts clears them. */
    private Optional<Entry> read(Path file) throws IOException {
        Optional<byte[]> text = PrivateFiles.read(file, JournalPage.LARGEST).flatMap(JournalPage::text);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(JournalEntry.entry(id(file), text.get()));
        } catch (MalformedRecordException e) {
            log.error("the journal entry {} {}", file, e.getMessage());
            if (!e.isNewer()) {
                setAside(file);
            }
            return Optional.empty();
        }
    }

    private void clearUnfinished() throws IOException {
        owner.forgetTheDead();
        for (Path file : files(entries, "")) {
            if (owner.isAlive(EntryNames.owner(file))) {
                continue; // checked before the file is read: an ended process finishes no file
            }
            Optional<byte[]> page = PrivateFiles.read(file, JournalPage.LARGEST);
            if (page.isEmpty() || JournalPage.text(page.get()).isPresent()) {
                continue;
            }
            if (JournalEntry.isEmpty(page.get())) {
                Files.deleteIfExists(file);
            } else {
                log.error("the journal entry {} was not finished before its process ended; it is set aside", file);
                setAside(file);
            }
        }
    }

    private void setAside(Path file) {
        withWarning("set aside", () -> {
            copies.stamp(file);
            Files.move(file, torn.resolve(id(file) + ENTRY), StandardCopyOption.ATOMIC_MOVE);
            keepNewest(torn, "", MOST_TORN);
        });
    }

    private static void keepNewest(Path folder, String prefix, int most) throws IOException {
        List<Aged> aged = new ArrayList<>();
        for (Path file : files(folder, prefix)) {
            aged.add(new Aged(file, Files.getLastModifiedTime(file).toMillis()));
        }
        aged.sort(Comparator.comparingLong(Aged::millis).reversed());
        for (Aged old : aged.subList(Math.min(most, aged.size()), aged.size())) {
            Files.deleteIfExists(old.file());
        }
    }

    private static List<Path> files(Path folder, String prefix) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path file : PrivateFiles.list(folder)) {
            if (EntryNames.isOne(file, ENTRY) && file.getFileName().toString().startsWith(prefix)) {
                files.add(file);
            }
        }
        return files;
    }

    private static String id(Path file) {
        return EntryNames.id(file, ENTRY);
    }

    private static Path file(Path folder, Entry entry) {
        if (!EntryNames.isId(entry.id())) {
            throw new IllegalArgumentException("\"" + entry.id() + "\" is not an entry of this journal");
        }
        return folder.resolve(entry.id() + ENTRY);
    }

    static TokenException.Builder unavailable(String what, IOException e) {
        return TokenException.about(FileErrors.passes(e) ? Problem.JOURNAL_FULL : Problem.JOURNAL_UNAVAILABLE)
                .detail(what + ": " + FileErrors.sentence(e))
                .cause(e);
    }

    /**
     * A failed cleanup never fails a refresh that has succeeded; an entry that remains is settled again, without harm.
     */
    static void withWarning(String what, Cleaning cleaning) {
        try {
            cleaning.run();
        } catch (NoSuchFileException e) {
            log.debug("another process was first to {} {}", what, e.getFile());
        } catch (IOException e) {
            log.warn("the journal failed to {}", what, e);
        }
    }

    interface Cleaning {
        void run() throws IOException;
    }

    private record Aged(Path file, long millis) {}
}
