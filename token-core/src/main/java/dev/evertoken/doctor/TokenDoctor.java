package dev.evertoken.doctor;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.TokenOperations;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Diagnoses the accounts, the store and the process of an engine: sorts the accounts into groups, and says for each
 * finding what a person does about it.
 *
 * <pre>{@code
 * DoctorSummary summary = TokenDoctor.of(tokens).examine(DoctorOutput.text(out));
 * int exitCode = summary.exitCode(); // 0: nothing to do, 1: findings, 2: could not look
 * }</pre>
 *
 * <p>A diagnosis calls no provider, unless {@link #online} or {@link #refreshing} is chosen, and refreshes nothing
 * without the latter. It writes one record without secrets to the store and removes it again, see {@link
 * #writeProbe}; it changes no account. Its memory does not grow with the number of accounts, except for 32 bytes for
 * each of the first million accounts, with which shared grants are found.
 *
 * <p>Each method that sets an option returns a new instance. Immutable, so it can be used by many threads; a diagnosis
 * runs on the calling thread.
 */
public final class TokenDoctor {

    private final TokenOperations operations;
    private final Options options;

    private TokenDoctor(TokenOperations operations, Options options) {
        this.operations = operations;
        this.options = options;
    }

    /** Returns a doctor for an engine, which must stay open. */
    public static TokenDoctor of(Tokens tokens) {
        return of(tokens.operations());
    }

    /** Returns a doctor for the operations of an engine, which must stay open. */
    public static TokenDoctor of(TokenOperations operations) {
        return new TokenDoctor(operations, Options.none());
    }

    // ---- options

    /**
     * Also sends one request without credentials to the token endpoint of each registered client, to find out whether
     * it can be reached, and to compare the clocks. No token is sent.
     */
    public TokenDoctor online() {
        return with(options.online(true));
    }

    /**
     * Also refreshes each account that is due, in the same way as a background refresh does, 16 at the same time at
     * most. This spends quota of the providers, and refresh tokens that rotate.
     */
    public TokenDoctor refreshing() {
        return with(options.refreshing(true));
    }

    /** Examines the accounts of one registration only. */
    public TokenDoctor registration(String name) {
        return with(
                options.wanted(options.wanted().and(key -> key.registration().equals(name))));
    }

    /** Examines only the accounts whose id, without the registration, starts with a text. */
    public TokenDoctor accountsStartingWith(String prefix) {
        return with(options.wanted(options.wanted().and(key -> key.account().startsWith(prefix))));
    }

    /**
     * Passes only the accounts with one of these findings to the output. The summary still counts all accounts that
     * were examined.
     */
    public TokenDoctor only(FindingCode first, FindingCode... more) {
        Set<FindingCode> codes = EnumSet.of(first, more);
        return with(options.shown(account -> codes.stream().anyMatch(account::has)));
    }

    /** Passes only the accounts that have a finding to the output. The summary still counts all accounts. */
    public TokenDoctor onlyWithFindings() {
        return with(options.shown(account -> !account.findings().isEmpty()));
    }

    /** Reports a connection as {@link FindingCode#CONNECTION_ENDS} this long before its end; 30 days unless set. */
    public TokenDoctor expiringWithin(Duration remaining) {
        if (remaining.isNegative()) {
            throw new IllegalArgumentException("expiringWithin " + remaining + " is negative");
        }
        return with(options.expiringWithin(remaining));
    }

    /**
     * Sets whether a record of the reserved account {@link TokenOperations#PROBE} is written and removed again. Unless
     * set, it is, except if a write costs money or quota ({@link TokenOperations#costlyWrites}).
     */
    public TokenDoctor writeProbe(boolean wanted) {
        return with(options.writeProbe(Optional.of(wanted)));
    }

    /** Sets a receiver of the progress, which is called after each 1,000 accounts on the thread of the diagnosis. */
    public TokenDoctor progress(Consumer<DoctorProgress> receiver) {
        return with(options.progress(receiver));
    }

    private TokenDoctor with(Options other) {
        return new TokenDoctor(operations, other);
    }

    // ---- the diagnosis

    /**
     * Runs a diagnosis. A store that does not respond is a finding, not an exception.
     *
     * @param output receives the findings and the accounts while they are found
     */
    public DoctorSummary examine(DoctorOutput output) {
        return new Examination(operations, options, output).run();
    }

    /** Runs a diagnosis whose accounts are only counted. */
    public DoctorSummary examine() {
        return examine(DoctorOutput.accounts(account -> {}));
    }

    /**
     * Returns the diagnosis of one account; empty if it has no record. Shared grants are not found.
     *
     * @throws dev.evertoken.model.TokenStoreException if the store does not respond
     */
    public Optional<AccountReport> examine(TokenKey key) {
        AccountSorter sorter = new AccountSorter(operations, options.expiringWithin(), new SharedGrants());
        return operations.inspector().of(key).map(sorter::report);
    }

    /**
     * Removes a record that cannot be used, that is one of the groups {@link AccountGroup#POISONED} and {@link
     * AccountGroup#UNREADABLE}, if its revision is still the one that was shown. Every place of a tiered store loses it.
     *
     * @param revision the {@link AccountReport#revision} of the report
     * @return false if the record has another revision or is gone; nothing was removed
     * @throws IllegalArgumentException if the record can be used; {@code Tokens.disconnect} removes such an account
     * @throws dev.evertoken.model.TokenStoreException if the store does not respond
     */
    public boolean clear(TokenKey key, long revision) {
        Optional<AccountReport> report = examine(key);
        if (report.isEmpty() || report.get().revision() != revision) {
            return false;
        }
        AccountGroup group = report.get().group();
        if (group != AccountGroup.POISONED && group != AccountGroup.UNREADABLE) {
            throw new IllegalArgumentException(
                    key + ": the record is " + group + " and can be used; disconnect the account instead");
        }
        return operations.clear(key, revision);
    }

    /** The options of a diagnosis. Immutable. */
    record Options(
            boolean online,
            boolean refreshing,
            Predicate<TokenKey> wanted,
            Predicate<AccountReport> shown,
            Duration expiringWithin,
            Optional<Boolean> writeProbe,
            Consumer<DoctorProgress> progress) {

        static Options none() {
            return new Options(
                    false,
                    false,
                    key -> !key.equals(TokenOperations.PROBE),
                    account -> true,
                    Duration.ofDays(30),
                    Optional.empty(),
                    progress -> {});
        }

        Options online(boolean value) {
            return new Options(value, refreshing, wanted, shown, expiringWithin, writeProbe, progress);
        }

        Options refreshing(boolean value) {
            return new Options(online, value, wanted, shown, expiringWithin, writeProbe, progress);
        }

        Options wanted(Predicate<TokenKey> value) {
            return new Options(online, refreshing, value, shown, expiringWithin, writeProbe, progress);
        }

        Options shown(Predicate<AccountReport> value) {
            return new Options(online, refreshing, wanted, value, expiringWithin, writeProbe, progress);
        }

        Options expiringWithin(Duration value) {
            return new Options(online, refreshing, wanted, shown, value, writeProbe, progress);
        }

        Options writeProbe(Optional<Boolean> value) {
            return new Options(online, refreshing, wanted, shown, expiringWithin, value, progress);
        }

        Options progress(Consumer<DoctorProgress> value) {
            return new Options(online, refreshing, wanted, shown, expiringWithin, writeProbe, value);
        }
    }
}
