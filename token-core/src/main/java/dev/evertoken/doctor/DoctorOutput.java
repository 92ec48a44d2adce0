package dev.evertoken.doctor;

import java.util.List;
import java.util.function.Consumer;

/**
 * Receives a diagnosis while it runs, so that no output has to be kept in memory. Called on the thread of {@link
 * TokenDoctor#examine}, in the order of the methods. An exception ends the diagnosis. Not thread-safe; use an instance
 * for one diagnosis.
 */
public interface DoctorOutput {

    /**
     * Receives the findings about the store and the process, before the accounts are read. Does nothing unless
     * overridden.
     */
    default void started(List<Finding> findings) {}

    /** Receives one account that passes the filters. */
    void account(AccountReport account);

    /** Receives the result. Does nothing unless overridden. */
    default void finished(DoctorSummary summary) {}

    /** Returns an output that passes on the accounts and nothing else. */
    static DoctorOutput accounts(Consumer<AccountReport> receiver) {
        return receiver::accept;
    }

    /**
     * Returns a table for people, a line for each account, and the steps at the end. It names accounts by their
     * {@linkplain AccountReport#label() labels} and has no text of a provider, so it can be shown in public. An {@link
     * java.io.IOException} of {@code out} is thrown as an {@link java.io.UncheckedIOException}.
     */
    static DoctorOutput text(Appendable out) {
        return new TextOutput(out, false);
    }

    /**
     * Returns a table like {@link #text} that also has the ids of the accounts, their reconnect addresses and the
     * responses of the providers: for the operator alone.
     */
    static DoctorOutput textWithAccountIds(Appendable out) {
        return new TextOutput(out, true);
    }

    /**
     * Returns one JSON object, in the same words and with the same contents as {@link #text}; the accounts are the
     * member {@code accounts}, one in each line.
     */
    static DoctorOutput json(Appendable out) {
        return new JsonOutput(out, false);
    }

    /** Returns JSON like {@link #json} with the contents of {@link #textWithAccountIds}. */
    static DoctorOutput jsonWithAccountIds(Appendable out) {
        return new JsonOutput(out, true);
    }
}
