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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in a directory. Responses are appended to {@linkplain Segments segments}.
 *
 * <p>Earlier versions wrote a file for each response, named after its key and its owner; those files are read, settled
 * and cleared as before, but not written. Until such a file is finished, only its owner accesses it. Unfinished files of
 * processes that have ended are deleted if they are empty, otherwise set aside. Files that were set aside, and consents
 * that no process has taken over, are deleted after {@link AgedCopies#KEPT}. Thread-safe.
 */
final class FileJournal implements Journal {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private final EntryFolder files;
    private final Segments segments;
    private final SetAside aside;
    private final JournalOwner owner;
    private final FileConsents consents;
    private final AgedCopies copies;

    private FileJournal(Path folder, JournalOwner owner, Timekeeper time) throws IOException {
        this.owner = owner;
        this.files = new EntryFolder(PrivateFiles.createFolder(folder.resolve("entries")));
        this.segments = Segments.in(PrivateFiles.createFolder(folder.resolve("segments")), owner);
        Path parked = PrivateFiles.createFolder(folder.resolve("parked"));
        Path torn = PrivateFiles.createFolder(folder.resolve("torn"));
        Path kept = PrivateFiles.createFolder(folder.resolve("consents"));
        this.copies = new AgedCopies(time, List.of(parked, torn, kept));
        this.aside = new SetAside(new EntryFolder(parked), new EntryFolder(torn), copies);
        this.consents = new FileConsents(kept, owner, copies);
    }

    static FileJournal open(Path folder, String namespace, Timekeeper time) {
        try {
            Path own = PrivateFiles.openFolder(folder)
                    .resolve(FileNames.of(namespace))
                    .resolve("journal");
            JournalOwner owner = JournalOwner.in(PrivateFiles.createFolder(own.resolve("owners")));
            FileJournal journal = new FileJournal(own, owner, time);
            journal.owner.forgetTheDead();
            journal.clearUnfinished();
            journal.segments.adoptEnded(journal.aside);
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
        return SegmentSlot.reserve(key, EntryNames.create(key, owner), segments.own());
    }

    @Override
    public List<Entry> entries(TokenKey key) {
        List<Entry> ofKey = new ArrayList<>();
        for (Entry entry : read(EntryNames.keyDigits(key))) {
            if (entry.answered().key().equals(key)) {
                ofKey.add(entry);
            }
        }
        return ofKey;
    }

    @Override
    public List<Entry> all() {
        return read("");
    }

    /** Sorts entries by age. Usually there is none, so a start does not load the order. */
    private static void sort(List<Entry> entries) {
        if (entries.size() > 1) {
            entries.sort(Comparator.comparing(
                            (Entry entry) -> entry.answered().grant().consentedAt())
                    .thenComparing(entry -> entry.answered().generation())
                    .thenComparing(entry -> entry.answered().updatedAt()));
        }
    }

    private List<Entry> read(String prefix) {
        try {
            List<Entry> found = read(files, prefix);
            for (SegmentText one : segments.texts(prefix)) {
                decoded(one).ifPresent(found::add);
            }
            sort(found);
            return found;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Skips unfinished files: their owner is still running, or the next process that starts clears them. */
    private List<Entry> read(EntryFolder folder, String prefix) throws IOException {
        List<Entry> found = new ArrayList<>();
        for (Path file : folder.files(prefix)) {
            Optional<byte[]> text = EntryFolder.text(file);
            if (text.isPresent()) {
                decoded(EntryFolder.id(file), text.get(), () -> aside.tear(file))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<Entry> decoded(SegmentText one) {
        return decoded(one.id(), one.text(), () -> {
            aside.tear(one.id(), JournalPage.of(one.text()));
            var unused = segments.settle(one.id(), aside);
        });
    }

    private static Optional<Entry> decoded(String id, byte[] text, Cleaning setAside) {
        try {
            return Optional.of(JournalEntry.entry(id, text));
        } catch (MalformedRecordException e) {
            log.error("the journal entry {} {}", id, e.getMessage());
            if (!e.isNewer()) {
                withWarning("set aside", setAside);
            }
            return Optional.empty();
        }
    }

    @Override
    public void delete(Entry entry) {
        String id = checked(entry);
        withWarning("delete", () -> {
            if (!segments.settle(id, aside)) {
                Files.deleteIfExists(files.file(id));
            }
        });
    }

    @Override
    public void park(Entry entry) {
        String id = checked(entry);
        withWarning("park", () -> {
            Optional<byte[]> text = segments.text(id); // not that of the entry, whose secrets may have been opened
            if (text.isEmpty()) {
                aside.park(files.file(id));
                return;
            }
            aside.park(id, text.get());
            var unused = segments.settle(id, aside);
        });
    }

    @Override
    public List<Entry> parked() {
        try {
            List<Entry> found = read(aside.parked(), "");
            sort(found);
            return found;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    @Override
    public void dropParked(TokenKey key) {
        try { // not with a lambda, because every start does this
            aside.parked().keepNewest(EntryNames.keyDigits(key), 0);
        } catch (IOException e) {
            warn("drop", e);
        }
    }

    @Override
    public void forget(TokenKey key, Predicate<TokenRecord> which) {
        withWarning("delete", () -> aside.forget(key, which));
    }

    @Override
    public ConsentJournal consents() {
        return consents;
    }

    @Override
    public void close() {
        withWarning("close", segments::close);
    }

    private void clearUnfinished() throws IOException {
        for (Path file : files.files("")) {
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
                withWarning("set aside", () -> aside.tear(file));
            }
        }
    }

    private static String checked(Entry entry) {
        if (!EntryNames.isId(entry.id())) {
            throw new IllegalArgumentException("\"" + entry.id() + "\" is not an entry of this journal");
        }
        return entry.id();
    }

    private static TokenException unreadable(IOException e) {
        return unavailable("the journal cannot be read", e).build();
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
        } catch (IOException e) {
            warn(what, e);
        }
    }

    private static void warn(String what, IOException e) {
        if (e instanceof NoSuchFileException missing) {
            log.debug("another process was first to {} {}", what, missing.getFile());
        } else {
            log.warn("the journal failed to {}", what, e);
        }
    }

    interface Cleaning {
        void run() throws IOException;
    }
}
