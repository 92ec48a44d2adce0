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
 * Requests a token that is issued to the client alone (RFC 6749 section 4.4): one call, which spends nothing. There is
 * no user and no grant, so a refusal always concerns the client. Thread-safe.
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
     * Returns the provider's response.
     *
     * @throws TokenException if there is no token; with {@link Problem#NOT_SUPPORTED} if the provider does not issue
     *     any
     */
    public TokenResponse response(RegisteredClient registered) {
        registered.health().shut(time.now()).ifPresent(shut -> {
            throw failed(shut.problem(), shut.detail(), Optional.of(shut.until()));
        });
        RefreshOutcome outcome = ask(registered);
        if (outcome instanceof RefreshOutcome.Issued issued) {
            return issued.response();
        }
        if (outcome instanceof RefreshOutcome.NotSent notSent) {
            throw failed(notSent.problem(), notSent.detail(), Optional.empty());
        }
        TokenVerdict verdict = outcome instanceof RefreshOutcome.Refused refused
                ? refused.verdict()
                : ((RefreshOutcome.MaybeSent) outcome).verdict();
        throw failed(verdict.problem(), verdict.detail(), verdict.until());
    }

    /** Returns the tokens of a response. */
    public TokenSet tokens(TokenResponse response) {
        return response.toTokenSet()
                .orElseThrow(() -> failed(
                        Problem.MALFORMED_RESPONSE,
                        "the provider responded without an access token",
                        Optional.empty()));
    }

    /** Sends the request. An exception of the provider's {@link ClientCredentialsGrant} becomes an outcome. */
    public RefreshOutcome ask(RegisteredClient registered) {
        Optional<ClientCredentialsGrant> grant = registered.provider().clientCredentialsGrant();
        if (grant.isEmpty()) {
            return new RefreshOutcome.NotSent(
                    Problem.NOT_SUPPORTED,
                    "provider " + registered.provider().id() + " does not issue tokens to the application itself");
        }
        try {
            return outcome(grant.get().token(new ClientCredentialsRequest(registered.client(), callDeadline, time)));
        } catch (RuntimeException e) {
            log.warn(
                    "{}: the ClientCredentialsGrant failed", registered.client().registration(), e);
            return new RefreshOutcome.NotSent(
                    Problem.INTERNAL,
                    "the ClientCredentialsGrant failed with " + e.getClass().getName());
        }
    }

    private static RefreshOutcome outcome(ExchangeOutcome outcome) {
        if (outcome instanceof ExchangeOutcome.Issued issued) {
            return new RefreshOutcome.Issued(issued.response());
        }
        if (outcome instanceof ExchangeOutcome.NotSent notSent) {
            return new RefreshOutcome.NotSent(notSent.problem(), notSent.detail());
        }
        if (outcome instanceof ExchangeOutcome.Refused refused) {
            return new RefreshOutcome.Refused(asClientRefusal(refused.verdict()));
        }
        return new RefreshOutcome.MaybeSent(asClientRefusal(((ExchangeOutcome.MaybeSent) outcome).verdict()));
    }

    /**
     * Returns a refusal as one of the client. Some dialects know refusals of grants only; here they concern the client.
     */
    private static TokenVerdict asClientRefusal(TokenVerdict verdict) {
        boolean concernsGrant = verdict.kind() == TokenVerdict.Kind.GRANT_DEAD
                || verdict.kind() == TokenVerdict.Kind.ACCOUNT_UNUSABLE
                || verdict.problem().remedy() == Remedy.RECONNECT;
        return concernsGrant
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
