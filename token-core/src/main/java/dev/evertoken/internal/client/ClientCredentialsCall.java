package dev.evertoken.internal.client;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ClientCredentialsGrant;
import dev.evertoken.spi.provider.ClientCredentialsRequest;
import dev.evertoken.spi.provider.TokenOutcome;
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

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.CLIENTS);

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
        registered.health().suspension(time.now()).ifPresent(suspension -> {
            throw failed(suspension.problem(), suspension.detail(), Optional.of(suspension.until()));
        });
        TokenOutcome outcome = ask(registered);
        if (outcome instanceof TokenOutcome.Issued issued) {
            return issued.response();
        }
        if (outcome instanceof TokenOutcome.NotSent notSent) {
            throw failed(notSent.problem(), notSent.detail(), Optional.empty()).toBuilder()
                    .cause(notSent.cause().orElse(null))
                    .build();
        }
        TokenVerdict verdict = outcome instanceof TokenOutcome.Refused refused
                ? refused.verdict()
                : ((TokenOutcome.MaybeSent) outcome).verdict();
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
    public TokenOutcome ask(RegisteredClient registered) {
        Optional<ClientCredentialsGrant> grant = registered.provider().clientCredentialsGrant();
        if (grant.isEmpty()) {
            return new TokenOutcome.NotSent(
                    Problem.NOT_SUPPORTED,
                    "provider " + registered.provider().id() + " does not issue tokens to the application itself");
        }
        try {
            return registered
                    .secrets()
                    .token(client ->
                            outcome(grant.get().token(new ClientCredentialsRequest(client, callDeadline, time))));
        } catch (RuntimeException e) {
            log.warn(
                    "{}: the ClientCredentialsGrant failed", registered.client().registration(), e);
            return new TokenOutcome.NotSent(
                    Problem.INTERNAL,
                    "the ClientCredentialsGrant failed with " + e.getClass().getName());
        }
    }

    /**
     * Determines which of two secrets the provider accepts, with a request that carries neither a refresh token nor a
     * code. Does nothing if that is known, or if the provider does not issue tokens to the application itself. An
     * inconclusive outcome changes nothing.
     */
    public void findSecret(RegisteredClient registered) {
        boolean possible = registered.provider().clientCredentialsGrant().isPresent()
                && registered.client().endpoint(EndpointKind.CLIENT_CREDENTIALS).isPresent();
        if (possible && registered.secrets().isUnproven()) {
            TokenOutcome unused = ask(registered);
        }
    }

    private static TokenOutcome outcome(TokenOutcome outcome) {
        if (outcome instanceof TokenOutcome.Refused refused) {
            return new TokenOutcome.Refused(asClientRefusal(refused.verdict()));
        }
        if (outcome instanceof TokenOutcome.MaybeSent maybeSent) {
            return new TokenOutcome.MaybeSent(asClientRefusal(maybeSent.verdict()));
        }
        return outcome;
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
