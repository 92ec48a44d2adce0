package dev.evertoken.internal.store.journal;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keeps new consents on this host that the store has not accepted yet: the code of a consent cannot be exchanged twice.
 *
 * <p>A kept consent belongs to the process that received it. The next process that starts after that one has ended takes
 * it over. Secrets have the same form as in the store: sealed if the application has a key. Implementations are
 * thread-safe.
 */
public interface ConsentJournal {

    /** Returns a journal that keeps nothing: a consent that was not saved before a crash is lost. */
    static ConsentJournal none() {
        return NoConsents.INSTANCE;
    }

    /** Returns whether a kept consent outlives this process. */
    boolean isDurable();

    /**
     * Keeps a consent; after this method returns, it survives the end of this process and of the machine.
     *
     * @param round the id of the authorization that brought it
     * @param over the name of the constant that says which grants it may replace
     * @param first the record to be stored if the account has none
     * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE} if it cannot be written
     */
    KeptConsent keep(String round, String over, TokenRecord first);

    /** Returns false if no consent of any process is kept here. Cheap, because each start asks it. */
    boolean mayHoldAny();

    /**
     * Returns the consents of this process and of processes of this host that have ended, the oldest first.
     *
     * @throws TokenException with {@link Problem#JOURNAL_UNAVAILABLE} if the directory cannot be read
     */
    List<KeptConsent> unattended();

    /** Returns all consents, also those of other running processes of this host; otherwise like {@link #unattended}. */
    List<KeptConsent> all();

    /**
     * Makes this process the owner of a consent.
     *
     * @return the consent under its new id; empty if another process was first
     */
    Optional<KeptConsent> takeOver(KeptConsent consent);

    /** Returns whether a consent is still kept; false if another process has disconnected its account. */
    boolean holds(KeptConsent consent);

    /** Deletes a consent that has been saved or is obsolete; does nothing if it does not exist. */
    void delete(KeptConsent consent);

    /**
     * Deletes the consents of an account that is disconnected, including those of other processes of this host.
     *
     * @param which returns whether a consent belongs to this application
     */
    void deleteAll(TokenKey key, Predicate<TokenRecord> which);

    /**
     * A consent that is not saved yet. Immutable.
     *
     * @param id identifies the consent in this journal
     * @param round the id of the authorization that brought it
     * @param over the name of the constant that says which grants it may replace
     * @param first the record to be stored if the account has none
     */
    record KeptConsent(String id, String round, String over, TokenRecord first) {}
}
