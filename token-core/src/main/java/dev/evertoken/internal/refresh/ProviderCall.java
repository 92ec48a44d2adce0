package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.ClientCredentialsCall;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.record.RateLimitedLog;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single call to the provider: builds the request, checks the clock once more before the first byte is sent (rule
 * C3), and converts an exception of the refresher into an outcome. Thread-safe.
 */
public final class ProviderCall {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    /** The outcome of a refresher whose permit does not allow it to send. */
    static final TokenOutcome TOO_LATE =
            new TokenOutcome.NotSent(Problem.WAIT_TIMEOUT, "the claim is too old to be used");

    private final RecordMapper mapper;
    private final ClientCredentialsCall clientCredentials;
    private final Claims claims;
    private final Timekeeper time;
    private final Duration callDeadline;
    private final LateResponses lateResponses;
    private final CompletableFuture<Void> closing;
    private final RateLimitedLog bugs;

    /** @param closing done as soon as nothing new may be sent */
    public ProviderCall(
            RecordMapper mapper,
            ClientCredentialsCall clientCredentials,
            Claims claims,
            Timekeeper time,
            Duration callDeadline,
            LateResponses lateResponses,
            CompletableFuture<Void> closing) {
        this.mapper = mapper;
        this.clientCredentials = clientCredentials;
        this.claims = claims;
        this.time = time;
        this.callDeadline = callDeadline;
        this.lateResponses = lateResponses;
        this.closing = closing;
        this.bugs = new RateLimitedLog(time);
    }

    /** Calls the provider; under a claim only while the claim leaves enough time. */
    TokenOutcome call(RefreshAttempt attempt, TokenRecord claimed) {
        log.debug("{}: refreshing generation {}", attempt.key(), claimed.generation());
        boolean insideClaim = !claims.areSpared(claimed) && !attempt.usesCopy();
        boolean readsOn = insideClaim && claimed.refreshModel() == RefreshModel.ROTATING;
        Sending sending = new Sending(attempt, claimed, insideClaim, readsOn);
        try {
            TokenOutcome outcome = asked(attempt, claimed, sending);
            return outcome instanceof TokenOutcome.Overdue overdue && !readsOn
                    ? new TokenOutcome.MaybeSent(overdue.verdict())
                    : outcome;
        } catch (RuntimeException e) {
            bugs.log(suppressed -> log.warn(
                    "{}: the refresher failed; {} such failures were not logged since the last one",
                    attempt.key(),
                    suppressed,
                    e));
            String detail = "the refresher failed with " + e.getClass().getName();
            return sending.sent
                    ? new TokenOutcome.MaybeSent(TokenVerdict.of(TokenVerdict.Kind.UNKNOWN, Problem.INTERNAL, detail))
                    : new TokenOutcome.NotSent(Problem.INTERNAL, detail);
        }
    }

    /**
     * Calls with the secret in use, and once more with the other secret of the client if the provider has refused the
     * client, and so has not used up the refresh token. A client credentials request does that itself.
     */
    private TokenOutcome asked(RefreshAttempt attempt, TokenRecord claimed, Function<Client, TokenOutcome> call) {
        return isReissued(claimed)
                ? call.apply(attempt.client().client())
                : attempt.client().secrets().token(call);
    }

    /** Calls for one client, as often as it has secrets, and is the permit of these calls. Thread-safe. */
    private final class Sending implements Function<Client, TokenOutcome>, RefreshRequest.SendPermit {
        private final RefreshAttempt attempt;
        private final TokenRecord claimed;
        private final boolean insideClaim;
        private final boolean readsOn;
        private volatile boolean sent;

        Sending(RefreshAttempt attempt, TokenRecord claimed, boolean insideClaim, boolean readsOn) {
            this.attempt = attempt;
            this.claimed = claimed;
            this.insideClaim = insideClaim;
            this.readsOn = readsOn;
        }

        @Override
        public TokenOutcome apply(Client client) {
            long began = time.nanos();
            try {
                return refresher(attempt, claimed).refresh(request(attempt, claimed, client, this, readsOn));
            } finally {
                attempt.called(isTimeout(Duration.ofNanos(time.nanos() - began)));
            }
        }

        @Override
        public boolean maySend() {
            boolean allowed = !closing.isDone() && (!insideClaim || claims.maySend(attempt.claimedNanos()));
            if (allowed) {
                sent = true;
                attempt.setSpent(true);
            } else {
                attempt.holdBack();
            }
            return allowed;
        }
    }

    /**
     * Determines which of two client secrets the provider accepts, without a refresh token, if it offers such a
     * request. Returns at once if that is known.
     */
    void findSecret(RefreshAttempt attempt) {
        if (!closing.isDone() && attempt.client().health().isOpen()) {
            clientCredentials.findSecret(attempt.client());
        }
    }

    /** A call that fails to connect ends earlier than at the call deadline. */
    private boolean isTimeout(Duration took) {
        return took.compareTo(callDeadline) >= 0 || took.compareTo(Settings.CONNECT) >= 0;
    }

    /**
     * Has an overdue call continued when it has its final outcome; returns at once.
     *
     * @param continuation receives the attempt that goes on, and the outcome
     */
    void readOn(
            RefreshAttempt attempt,
            TokenOutcome.Overdue overdue,
            BiConsumer<RefreshAttempt, TokenOutcome> continuation) {
        lateResponses.await(attempt, overdue, continuation);
    }

    /** Most accounts have their own grant; others get their token from a parent's token or by client credentials. */
    private Refresher refresher(RefreshAttempt attempt, TokenRecord claimed) {
        if (claimed.parent().isPresent()) {
            return rederivation(attempt, claimed);
        }
        return isReissued(claimed) ? reissue(attempt) : attempt.client().refresher();
    }

    private static boolean isReissued(TokenRecord claimed) {
        return claimed.parent().isEmpty() && claimed.refreshModel() == RefreshModel.REISSUED;
    }

    private Refresher reissue(RefreshAttempt attempt) {
        return request -> request.permit().maySend() ? clientCredentials.ask(attempt.client()) : TOO_LATE;
    }

    private static Refresher rederivation(RefreshAttempt attempt, TokenRecord child) {
        Optional<Derivation> derivation = attempt.client().provider().derivation();
        Optional<HeldTokens> parent = attempt.parent().held();
        if (derivation.isEmpty() || parent.isEmpty() || child.subject().isEmpty()) {
            TokenOutcome none = new TokenOutcome.NotSent(
                    Problem.NOT_SUPPORTED,
                    "provider " + attempt.client().provider().id()
                            + " does not derive this account's token from another");
            return request -> none;
        }
        return new Rederivation(derivation.get(), parent.get(), child.subject().get());
    }

    /** @param readsOn whether a response that arrives after the call deadline, but within the claim, is worth saving */
    private RefreshRequest request(
            RefreshAttempt attempt,
            TokenRecord claimed,
            Client client,
            RefreshRequest.SendPermit permit,
            boolean readsOn) {
        Duration timeToRead = readsOn ? claims.timeToRead(attempt.claimedNanos()) : callDeadline;
        Duration age = Duration.between(claimed.lifetime().issuedAt(), time.now());
        DialectContext context =
                new DialectContext(EndpointKind.REFRESH, age, claimed.grantedScopes(), RecordMapper.tokenOf(claimed));
        return new RefreshRequest(
                attempt.key(),
                client,
                attempt.tokens(claimed, mapper),
                context,
                callDeadline,
                permit,
                time,
                timeToRead.compareTo(callDeadline) > 0 ? timeToRead : callDeadline,
                mayBeSentAgain(claimed, client));
    }

    /** A provider that replaced a refresh token once, against its own data, may do so again. */
    private static boolean mayBeSentAgain(TokenRecord claimed, Client client) {
        return client.profile().resendHarmless()
                && claimed.refreshModel() != RefreshModel.ROTATING
                && claimed.spentRefreshTokens().isEmpty();
    }
}
