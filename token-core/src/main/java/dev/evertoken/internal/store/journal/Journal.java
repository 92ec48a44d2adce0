package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.AgedCopies;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Keeps a provider's response on this host from its arrival until it is saved in the store. Where a method throws
 * {@link Problem#JOURNAL_UNAVAILABLE}, a disk that is full or read-only is {@link Problem#JOURNAL_FULL}.
 *
 * <p>A refresh first {@linkplain #reserve reserves} a slot, calls the provider, writes the response to the slot, saves
 * it, and deletes the entry. After a crash the next process finds the entry and saves it. All processes of a host share
 * one directory. An entry contains secrets in the same form as the record: sealed if the application has a key.
 * Implementations are thread-safe.
 */
public interface Journal {

    /**
     * Opens the journal of a namespace; if the directory does not exist, it is created with access for its owner only.
     *
     * <p>Incomplete files of processes that have ended are set aside and never read as entries. Files that were set
     * aside are deleted after {@link AgedCopies#KEPT}.
     *
     * @param time the clock for the age of files that were set aside
     * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE} if the directory is accessible to others, belongs
     *     to another user, is not writable or is on a network file system; the message states the remedy
     */
    static Journal in(Path folder, String namespace, Timekeeper time) {
        return FileJournal.open(folder, namespace, time);
    }

    /** Opens a journal that uses the time of this machine; otherwise like {@link #in(Path, String, Timekeeper)}. */
    static Journal in(Path folder, String namespace) {
        return in(folder, namespace, Timekeeper.system());
    }

    /** Returns a journal that keeps nothing: a response that was not saved before a crash is lost. */
    static Journal none() {
        return NoJournal.INSTANCE;
    }

    /** Returns whether an entry outlives this process. */
    boolean isDurable();

    /**
     * Reserves disk space for one response, so that a failure occurs before the provider is called.
     *
     * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE} if the space cannot be reserved
     */
    Slot reserve(TokenKey key);

    /**
     * Returns the entries of one account, the oldest first, including entries of other processes of this host.
     *
     * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE} if the directory cannot be read
     */
    List<Entry> entries(TokenKey key);

    /** Returns the entries of all accounts; otherwise like {@link #entries}. */
    List<Entry> all();

    /** Deletes an entry that has been saved or is obsolete; does nothing if it does not exist. */
    void delete(Entry entry);

    /**
     * Sets an entry aside for support: it is no longer returned, and only the newest few entries of each account are
     * kept, for at most {@link AgedCopies#KEPT}.
     */
    void park(Entry entry);

    /** Returns the entries of all accounts that were set aside; otherwise like {@link #entries}. */
    List<Entry> parked();

    /** Deletes the entries of an account that were set aside. */
    void dropParked(TokenKey key);

    /**
     * Deletes the entries of a disconnected account that this process or other processes of this host have set aside.
     *
     * @param which returns whether an entry belongs to this application
     */
    void forget(TokenKey key, Predicate<TokenRecord> which);

    /** Returns where this host keeps new consents that the store has not accepted yet. */
    ConsentJournal consents();

    /**
     * Releases the files that are not needed until the journal is used again. Entries stay, and other users of the same
     * journal are not affected.
     */
    default void close() {}

    /** A slot for one response. Used by one thread. */
    interface Slot extends AutoCloseable {

        /**
         * Writes the response; after this method returns, the entry survives the end of this process and of the
         * machine.
         *
         * @param claimId the claim under which the provider was called
         * @param answered the record to be stored as a result of the response
         * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE} if the entry cannot be written
         * @throws IllegalStateException if the slot has been used or closed
         */
        Entry write(String claimId, TokenRecord answered);

        /** Frees the space if nothing was written; idempotent. */
        @Override
        void close();
    }

    /**
     * A response that is not saved yet. Immutable.
     *
     * @param id identifies the entry in this journal
     * @param claimId the claim under which the provider was called
     * @param answered the record to be stored as a result of the response
     */
    record Entry(String id, String claimId, TokenRecord answered) {}
}
