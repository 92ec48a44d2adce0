package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.AgedCopies;
import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.internal.store.json.MalformedRecordException;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consents in a directory of their own, which earlier versions do not read: one file for each, named after its key
 * and its owner. Thread-safe.
 */
final class FileConsents implements ConsentJournal {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final String CONSENT = ".consent";

    private final Path folder;
    private final JournalOwner owner;
    private final AgedCopies copies;

    FileConsents(Path folder, JournalOwner owner, AgedCopies copies) {
        this.folder = folder;
        this.owner = owner;
        this.copies = copies;
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public KeptConsent keep(String round, String over, TokenRecord first) {
        String id = EntryNames.create(first.key(), owner);
        KeptConsent consent = new KeptConsent(id, round, over, first);
        Path file = file(id);
        try {
            PrivateFiles.write(file, ConsentEntry.encode(consent), StandardOpenOption.CREATE_NEW);
            copies.stamp(file);
            PrivateFiles.syncFolderOf(file);
            return consent;
        } catch (IOException e) {
            throw FileJournal.unavailable("the new consent could not be written to the journal", e)
                    .key(first.key())
                    .build();
        }
    }

    @Override
    public boolean mayHoldAny() {
        try {
            return !PrivateFiles.list(folder).isEmpty();
        } catch (IOException e) {
            return true; // reported when they are read
        }
    }

    @Override
    public List<KeptConsent> unattended() {
        return consents(false);
    }

    @Override
    public List<KeptConsent> all() {
        return consents(true);
    }

    private List<KeptConsent> consents(boolean alsoAttended) {
        try {
            List<KeptConsent> found = new ArrayList<>();
            for (Path file : PrivateFiles.list(folder)) {
                if (EntryNames.isOne(file, CONSENT) && (alsoAttended || isUnattended(EntryNames.owner(file)))) {
                    read(file).ifPresent(found::add);
                }
            }
            if (found.size() > 1) {
                found.sort(
                        Comparator.comparing(consent -> consent.first().grant().consentedAt()));
            }
            return found;
        } catch (IOException e) {
            throw FileJournal.unavailable("the consents in the journal cannot be read", e)
                    .build();
        }
    }

    private boolean isUnattended(String ownerId) throws IOException {
        return ownerId.equals(owner.id()) || !owner.isAlive(ownerId);
    }

    /** Skips a file that is unfinished, damaged or of a newer version. */
    private static Optional<KeptConsent> read(Path file) throws IOException {
        Optional<byte[]> text = PrivateFiles.read(file, JournalPage.LARGEST).flatMap(JournalPage::text);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ConsentEntry.consent(EntryNames.id(file, CONSENT), text.get()));
        } catch (MalformedRecordException e) {
            log.warn("the consent {} {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Optional<KeptConsent> takeOver(KeptConsent consent) {
        Path file = file(consent.id());
        if (EntryNames.owner(file).equals(owner.id())) {
            return Optional.of(consent);
        }
        String id = EntryNames.ownedBy(file, owner);
        try {
            Files.move(file, file(id), StandardCopyOption.ATOMIC_MOVE);
            return Optional.of(new KeptConsent(id, consent.round(), consent.over(), consent.first()));
        } catch (IOException e) {
            log.debug("another process was first to take over {}", file, e);
            return Optional.empty();
        }
    }

    @Override
    public boolean holds(KeptConsent consent) {
        return Files.exists(file(consent.id()));
    }

    @Override
    public void delete(KeptConsent consent) {
        FileJournal.withWarning("delete", () -> Files.deleteIfExists(file(consent.id())));
    }

    @Override
    public void deleteAll(TokenKey key, Predicate<TokenRecord> which) {
        FileJournal.withWarning("delete", () -> {
            for (Path file : PrivateFiles.list(folder)) {
                if (EntryNames.isOne(file, CONSENT) && EntryNames.isOf(file, key)) {
                    read(file)
                            .filter(consent -> consent.first().key().equals(key) && which.test(consent.first()))
                            .ifPresent(this::delete);
                }
            }
        });
    }

    private Path file(String id) {
        if (!EntryNames.isId(id)) {
            throw new IllegalArgumentException("\"" + id + "\" is not a consent of this journal");
        }
        return folder.resolve(id + CONSENT);
    }
}
