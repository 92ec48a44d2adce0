package dev.evertoken.internal.account;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientAcceptance;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RetryQueue;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.LogLine;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Revocation.Outcome;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ProviderProfile.RevokeScope;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Revokes tokens at the provider, then disconnects the account whatever the response is. If the provider did not
 * respond, the request is repeated in the background from the memory of this process, and an event reports the final
 * outcome. Thread-safe.
 */
public final class Revocations {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);
    private static final int MOST_ATTEMPTS = 12;
    private static final String CONNECTED_AGAIN = "the user has connected again, which a revocation would undo";

    private final StoredTokens storedTokens;
    private final AffectedAccounts affectedAccounts;
    private final Connections connections;
    private final MonitoredStore store;
    private final Timekeeper time;
    private final CompletableFuture<Void> closing;
    private final Function<String, TaskQueue> queues;
    private final RetryQueue retries;
    private final Consumer<TokenEvent> tell;

    /** @param queues returns the queue for background tasks of a client */
    public Revocations(
            StoredTokens storedTokens,
            AffectedAccounts affectedAccounts,
            Connections connections,
            MonitoredStore store,
            Timekeeper time,
            CompletableFuture<Void> closing,
            Function<String, TaskQueue> queues,
            Consumer<TokenEvent> tell) {
        this.storedTokens = storedTokens;
        this.affectedAccounts = affectedAccounts;
        this.connections = connections;
        this.store = store;
        this.time = time;
        this.closing = closing;
        this.queues = queues;
        this.retries = new RetryQueue(time, Backoff.betweenAttempts(), MOST_ATTEMPTS, closing);
        this.tell = tell;
    }

    /** @param evenSiblings whether other accounts may lose their tokens too */
    public Revocation revoke(Cell cell, RegisteredClient registered, boolean evenSiblings) {
        StoredTokens.Holding holding = storedTokens.of(cell.key(), registered);
        Optional<TokenKey> parent = holding.record().parent();
        if (parent.isPresent()) {
            return new Revocation(
                    Outcome.NOT_REVOKED,
                    connections.disconnect(cell),
                    Optional.of(Problem.NOT_SUPPORTED),
                    "its token is derived from that of " + parent.get() + " and becomes invalid when that token is"
                            + " revoked",
                    Set.of());
        }
        AffectedAccounts.Found found = affectedAccounts.of(holding.record(), registered);
        Set<TokenKey> others = found.accounts();
        if (!found.areNone() && !evenSiblings) {
            return new Revocation(
                    Outcome.NOT_ATTEMPTED, false, Optional.empty(), "nothing was done: " + harm(found), others);
        }
        if (found.areNone() && isOfAnUnknownUser(holding.record(), registered)) {
            log.warn("{}: the user is unknown, so other accounts may lose their tokens too", cell.key());
        }
        Optional<Revoker> revoker = registered.provider().revoker();
        RevokeOutcome response = revoker.isPresent()
                ? ask(revoker.get(), holding, registered)
                : new RevokeOutcome.Refused(
                        Problem.NOT_SUPPORTED,
                        "provider " + registered.provider().id() + " does not support revocation");
        boolean disconnected = connections.disconnect(cell);
        if (response instanceof RevokeOutcome.Unknown unknown && revoker.isPresent()) {
            retries.repeat(
                    new Repetition(this, revoker.get(), holding, registered),
                    queues.apply(cell.key().registration()));
            return new Revocation(
                    Outcome.PENDING, disconnected, Optional.of(unknown.problem()), unknown.detail(), others);
        }
        String detail =
                detail(response) + found.unchecked().map(Revocations::mayBeMore).orElse("");
        return new Revocation(outcome(response), disconnected, problem(response), detail, others);
    }

    private static String harm(AffectedAccounts.Found found) {
        if (found.accounts().isEmpty()) {
            return "it is unknown whether other accounts would lose their tokens too, because "
                    + found.unchecked().orElseThrow() + "; use revokeWithAffectedAccounts if they may";
        }
        String atLeast = found.unchecked().isPresent() ? "at least " : "";
        return "revoking these tokens would invalidate those of " + atLeast
                + found.accounts().size() + " more";
    }

    private static String mayBeMore(String unchecked) {
        return "; more accounts may have lost their tokens, because not all were checked: " + unchecked;
    }

    private static boolean isOfAnUnknownUser(TokenRecord record, RegisteredClient registered) {
        return record.subject().isEmpty()
                && record.refreshModel() != RefreshModel.REISSUED
                && registered.client().profile().revokeScope() == RevokeScope.USER;
    }

    private static RevokeOutcome ask(Revoker revoker, StoredTokens.Holding holding, RegisteredClient registered) {
        try {
            return registered
                    .secrets()
                    .call(client -> revoker.revoke(holding.tokens().with(client)), ClientAcceptance::of);
        } catch (RuntimeException e) {
            log.warn("{}: the revoker failed", holding.record().key(), e);
            return new RevokeOutcome.Unknown(
                    Problem.INTERNAL, "the revoker failed with " + e.getClass().getName());
        }
    }

    private static Outcome outcome(RevokeOutcome response) {
        if (response instanceof RevokeOutcome.Revoked revoked) {
            return revoked.alreadyInvalid() ? Outcome.ALREADY_INVALID : Outcome.REVOKED;
        }
        return Outcome.NOT_REVOKED;
    }

    private static Optional<Problem> problem(RevokeOutcome response) {
        if (response instanceof RevokeOutcome.Refused refused) {
            return Optional.of(refused.problem());
        }
        return response instanceof RevokeOutcome.Unknown unknown ? Optional.of(unknown.problem()) : Optional.empty();
    }

    private static String detail(RevokeOutcome response) {
        if (response instanceof RevokeOutcome.Refused refused) {
            return refused.detail();
        }
        return response instanceof RevokeOutcome.Unknown unknown ? unknown.detail() : "the provider revoked the tokens";
    }

    // ---- in the background

    /** A revocation that the provider has not responded to. */
    private record Repetition(
            Revocations revocations, Revoker revoker, StoredTokens.Holding holding, RegisteredClient registered)
            implements RetryQueue.Task {
        TokenRecord record() {
            return holding.record();
        }

        @Override
        public boolean attempt(int number) {
            return revocations.repeated(this, number);
        }

        @Override
        public void giveUp() {
            revocations.givenUp(this);
        }

        @Override
        public String toString() {
            return record().key() + ": revocation";
        }
    }

    private boolean repeated(Repetition repetition, int attempt) {
        if (closing.isDone()) {
            givenUp(repetition);
            return true;
        }
        Optional<String> harm = harmToANewConsent(repetition);
        if (harm.isPresent()) {
            ended(repetition, Outcome.NOT_REVOKED, harm.get());
            return true;
        }
        RevokeOutcome response = ask(repetition.revoker(), repetition.holding(), repetition.registered());
        if (response instanceof RevokeOutcome.Unknown && attempt < MOST_ATTEMPTS) {
            return false;
        }
        ended(repetition, outcome(response), detail(response));
        return true;
    }

    private void givenUp(Repetition repetition) {
        if (closing.isDone()) {
            log.warn(
                    "{}: closed before the provider responded to the revocation",
                    repetition.record().key());
        } else {
            ended(repetition, Outcome.NOT_REVOKED, "the revocation could not be repeated");
        }
    }

    /**
     * Returns why a late revocation is not sent: if it invalidates all grants of a user, it must not invalidate the
     * user's next grant. Empty if it may be sent.
     */
    private Optional<String> harmToANewConsent(Repetition repetition) {
        TokenRecord record = repetition.record();
        if (repetition.registered().client().profile().revokeScope() != RevokeScope.USER) {
            return Optional.empty();
        }
        try {
            if (store.load(record.key()).isPresent()) {
                return Optional.of(CONNECTED_AGAIN);
            }
            AffectedAccounts.Found found = affectedAccounts.of(record, repetition.registered());
            return found.accounts().isEmpty()
                    ? found.unchecked().map(why -> "it is unknown whether the user has connected again, because " + why)
                    : Optional.of(CONNECTED_AGAIN);
        } catch (TokenException e) {
            log.warn(
                    "{}: not revoked, because it is unknown whether the user has connected again: {}",
                    record.key(),
                    LogLine.reason(e));
            return Optional.of(CONNECTED_AGAIN);
        }
    }

    private void ended(Repetition repetition, Outcome outcome, String detail) {
        TokenKey key = repetition.record().key();
        log.info("{}: the repeated revocation ended with {}", key, outcome);
        tell.accept(new TokenEvent.RevocationEnded(key, time.now(), outcome, detail));
    }
}
