package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ExchangeOutcome;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a provider's token endpoint for tokens, by whatever grant, and says what can be known of the outcome.
 *
 * <p>Tokens in a 2xx answer are {@link ExchangeOutcome.Issued}; a refusal that the dialect knows, or that has the
 * shape of one with a 4xx status, is {@link ExchangeOutcome.Refused}; an answer that is missing, cut, foreign or a
 * server error is {@link ExchangeOutcome.MaybeSent}. Thread-safe.
 */
public final class TokenRequests {

    private static final Logger log = LoggerFactory.getLogger(TokenRequests.class);

    /** These are only ever said instead of acting. */
    private static final Set<Kind> PRECEDES_THE_SPEND = EnumSet.of(
            Kind.GRANT_DEAD,
            Kind.CLIENT_INVALID,
            Kind.RATE_LIMITED,
            Kind.ACCOUNT_UNUSABLE,
            Kind.APP_BLOCKED,
            Kind.SCOPE_INVALID,
            Kind.NOT_YET);

    private static final Set<Problem> REFUSALS = EnumSet.of(Problem.REQUEST_REJECTED, Problem.UNRECOGNIZED_RESPONSE);

    private final TokenEndpoint endpoint;
    private final RuleTokenDialect dialect;
    private final TokenResponseParser.Extras extras;

    public TokenRequests(TokenEndpoint endpoint, RuleTokenDialect dialect, TokenResponseParser.Extras extras) {
        this.endpoint = endpoint;
        this.dialect = dialect;
        this.extras = extras;
    }

    /**
     * Sends one request.
     *
     * @param whose names the account or client in the log
     * @param secrets what must not get into a message if the server echoes it
     */
    public ExchangeOutcome ask(
            TokenEndpointRequest call, DialectContext context, Client client, String whose, SecretEchoFilter secrets) {
        EndpointOutcome reply = endpoint.send(call);
        if (reply instanceof EndpointOutcome.NotSent kept) {
            return new ExchangeOutcome.NotSent(kept.problem(), kept.detail());
        }
        if (reply instanceof EndpointOutcome.Lost lost) {
            return new ExchangeOutcome.MaybeSent(TokenVerdict.of(Kind.TRANSIENT, lost.problem(), lost.detail()));
        }
        EndpointOutcome.Response answered = (EndpointOutcome.Response) reply;
        Optional<TokenResponseParser> tokens = tokens(answered, context, client);
        if (tokens.isPresent()) {
            tokens.get().warnings().forEach(warning -> log.warn("{}: token answer: {}", whose, warning));
            return new ExchangeOutcome.Issued(tokens.get().tokens());
        }
        ProviderResponse response = answered.response();
        TokenVerdict verdict = withoutSecrets(dialect.judge(context, response), response, secrets);
        return isRefusal(verdict, context, response)
                ? new ExchangeOutcome.Refused(verdict)
                : new ExchangeOutcome.MaybeSent(verdict);
    }

    /** A refresh answer without an access token may bring the only refresh token that is still accepted. */
    private Optional<TokenResponseParser> tokens(
            EndpointOutcome.Response answered, DialectContext context, Client client) {
        ProviderResponse response = answered.response();
        if (response.status() / 100 != 2) {
            return Optional.empty();
        }
        ResponseBody body = ResponseBody.of(response, extras.forms());
        return TokenResponseParser.read(
                        body, answered.sentAt(), client.profile().longestLifetime(), extras)
                .filter(read ->
                        isRefresh(context) || read.tokens().accessToken().isPresent());
    }

    /** Only a refresh token can have been spent in spite of a passing failure that is told in a known form. */
    private boolean isRefusal(TokenVerdict verdict, DialectContext context, ProviderResponse response) {
        if (PRECEDES_THE_SPEND.contains(verdict.kind())) {
            return true;
        }
        boolean clientError = response.status() / 100 == 4;
        boolean told = !isRefresh(context)
                && TokenError.of(context, response, dialect.forms()).isRefusal();
        return clientError && (told || REFUSALS.contains(verdict.problem()));
    }

    private static boolean isRefresh(DialectContext context) {
        return context.endpoint() == EndpointKind.REFRESH;
    }

    /** A dialect quotes as little as it can; a server that echoes what we sent must not get it into a message. */
    public static TokenVerdict withoutSecrets(
            TokenVerdict verdict, ProviderResponse response, SecretEchoFilter secrets) {
        if (!secrets.isIn(verdict.detail())) {
            return verdict;
        }
        return new TokenVerdict(
                verdict.kind(),
                verdict.problem(),
                verdict.until(),
                "token endpoint answered " + response.status() + " in words that repeat a secret and are not shown");
    }
}
