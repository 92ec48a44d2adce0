package dev.evertoken.internal.client;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ClientCredentialsGrant;
import dev.evertoken.spi.provider.ClientCredentialsRequest;
import dev.evertoken.spi.provider.ExchangeOutcome;
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for a token that is given to the client alone (RFC 6749 section 4.4): one call, which spends nothing. There is
 * no person and no grant, so a refusal is always the client's. Thread-safe.
 */
public final class ClientCredentialsCall {

    private static final Logger log = LoggerFactory.getLogger(ClientCredentialsCall.class);

    private final Duration callDeadline;
    private final Timekeeper time;

    public ClientCredentialsCall(Duration callDeadline, Timekeeper time) {
        this.callDeadline = callDeadline;
        this.time = time;
    }

    /**
     * Returns what the provider answers.
     *
     * @throws TokenException that says why there is none; with {@link Problem#NOT_SUPPORTED} if the provider has none
     */
    public TokenResponse response(RegisteredClient registered) {
        registered.health().shut(time.now()).ifPresent(shut -> {
            throw failed(shut.problem(), shut.detail(), Optional.of(shut.until()));
        });
        RefreshOutcome outcome = ask(registered);
        if (outcome instanceof RefreshOutcome.Issued answered) {
            return answered.response();
        }
        if (outcome instanceof RefreshOutcome.NotSent notSent) {
            throw failed(notSent.problem(), notSent.detail(), Optional.empty());
        }
        TokenVerdict verdict = outcome instanceof RefreshOutcome.Refused refused
                ? refused.verdict()
                : ((RefreshOutcome.MaybeSent) outcome).verdict();
        throw failed(verdict.problem(), verdict.detail(), verdict.until());
    }

    /** Returns the tokens of an answer. */
    public TokenSet tokens(TokenResponse response) {
        return response.toTokenSet()
                .orElseThrow(() -> failed(
                        Problem.MALFORMED_RESPONSE, "the provider answered without an access token", Optional.empty()));
    }

    /** Asks; throws nothing that the source of app tokens does. */
    public RefreshOutcome ask(RegisteredClient registered) {
        Optional<ClientCredentialsGrant> source = registered.provider().clientCredentialsGrant();
        if (source.isEmpty()) {
            return new RefreshOutcome.NotSent(
                    Problem.NOT_SUPPORTED,
                    "provider " + registered.provider().id() + " has no tokens of the application itself");
        }
        try {
            return outcome(source.get().token(new ClientCredentialsRequest(registered.client(), callDeadline, time)));
        } catch (RuntimeException e) {
            log.warn("{}: the source of app tokens failed", registered.client().registration(), e);
            return new RefreshOutcome.NotSent(
                    Problem.INTERNAL,
                    "the source of app tokens failed with " + e.getClass().getName());
        }
    }

    private static RefreshOutcome outcome(ExchangeOutcome outcome) {
        if (outcome instanceof ExchangeOutcome.Issued answered) {
            return new RefreshOutcome.Issued(answered.response());
        }
        if (outcome instanceof ExchangeOutcome.NotSent kept) {
            return new RefreshOutcome.NotSent(kept.problem(), kept.detail());
        }
        if (outcome instanceof ExchangeOutcome.Refused refused) {
            return new RefreshOutcome.Refused(blamedOnTheClient(refused.verdict()));
        }
        return new RefreshOutcome.MaybeSent(blamedOnTheClient(((ExchangeOutcome.MaybeSent) outcome).verdict()));
    }

    /** Some dialects know refusals of grants only; what they mean here is what they say of the client. */
    private static TokenVerdict blamedOnTheClient(TokenVerdict verdict) {
        boolean ofAGrant = verdict.kind() == TokenVerdict.Kind.GRANT_DEAD
                || verdict.kind() == TokenVerdict.Kind.ACCOUNT_UNUSABLE
                || verdict.problem().remedy() == Remedy.RECONNECT;
        return ofAGrant
                ? new TokenVerdict(
                        TokenVerdict.Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED, verdict.until(), verdict.detail())
                : verdict;
    }

    private static TokenException failed(Problem problem, String detail, Optional<Instant> retryAt) {
        return TokenException.about(problem)
                .detail(detail)
                .retryAt(retryAt.orElse(null))
                .build();
    }
}
