package dev.evertoken.internal.store.journal;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps a provider's answer on this host from the moment it has come until it is saved in the store.
 *
 * <p>A refresh first {@linkplain #reserve reserves} room, calls the provider, writes the answer into the
 * room, saves it, and deletes the entry. After a crash whoever comes next finds the entry and saves it. All
 * processes of a host share one folder. Secrets stand in an entry as the record has them: sealed where
 * the application has a key. Implementations are thread-safe.
 */
public interface Journal {

    /**
     * Opens the journal of a namespace; the folder is created for the owner alone if it is not there.
     *
     * <p>What processes that died have left half written is set aside, never read as an entry.
     *
     * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE}, saying what to do, if others may read the
     *     folder, it cannot be written or it is on a network file system
     */
    static Journal in(Path folder, String namespace) {
        return FileJournal.open(folder, namespace);
    }

    /** Returns the journal that keeps nothing: after a crash an answer that was not saved is lost. */
    static Journal none() {
        return NoJournal.INSTANCE;
    }

    /** Tells whether an entry outlives this process. */
    boolean isDurable();

    /**
     * Takes the room for one answer, on the disk, so that what can fail fails before the provider is called.
     *
     * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE} if there is none
     */
    Slot reserve(TokenKey key);

    /**
     * Returns what waits for one account, oldest first; entries of other processes of this host too.
     *
     * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE} if the folder cannot be read
     */
    List<Entry> entries(TokenKey key);

    /** Returns what waits for any account, otherwise as {@link #entries}. */
    List<Entry> all();

    /** Deletes an entry that has been saved or is of no use; does nothing if it is gone. */
    void delete(Entry entry);

    /** Sets an entry aside for support: it is no longer found, and of each account only the newest few stay. */
    void park(Entry entry);

    /** Deletes what was set aside for an account. */
    void dropParked(TokenKey key);

    /** Room for one answer. Used by one thread. */
    interface Slot extends AutoCloseable {

        /**
         * Writes the answer; when it returns, the entry survives the end of this process and of the machine.
         *
         * @param claimId the claim under which the provider was asked
         * @param answered what the answer should leave in the store
         * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE} if it cannot be written
         * @throws IllegalStateException if the slot has been used or closed
         */
        Entry write(String claimId, TokenRecord answered);

        /** Frees the room if nothing was written; idempotent. */
        @Override
        void close();
    }

    /**
     * One answer that waits. Immutable.
     *
     * @param id names it in this journal
     * @param claimId the claim under which the provider was asked
     * @param answered what the answer should leave in the store
     */
    record Entry(String id, String claimId, TokenRecord answered) {}
}
