package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests tokens from a provider's token endpoint, for any grant, and classifies the outcome.
 *
 * <p>A 2xx response with tokens is {@link TokenOutcome.Issued}. A refusal that the dialect or RFC 6749 section 5.2 knows,
 * or that has the format of a refusal and a 4xx status, is {@link TokenOutcome.Refused}. A missing, truncated or foreign
 * response, a server error, and an unknown error code with a 2xx status are {@link TokenOutcome.MaybeSent}. Thread-safe.
 */
public final class TokenRequests {

    private static final Logger log = LoggerFactory.getLogger(TokenRequests.class);

    /** The verdicts that a server returns only if it did not act on the request. */
    private static final Set<Kind> NOT_ACTED_ON = EnumSet.of(
            Kind.GRANT_DEAD,
            Kind.CLIENT_INVALID,
            Kind.RATE_LIMITED,
            Kind.ACCOUNT_UNUSABLE,
            Kind.APP_BLOCKED,
            Kind.SCOPE_INVALID,
            Kind.NOT_YET);

    private static final Set<Problem> REFUSALS = EnumSet.of(Problem.REQUEST_REJECTED, Problem.UNRECOGNIZED_RESPONSE);

    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private final TokenEndpoint endpoint;
    private final Supplier<RuleTokenDialect> dialect;
    private final TokenResponseParser.Extras extras;
    private final RequestFormat format;

    /** The clients whose forms were reported. */
    private final Set<String> withForms = ConcurrentHashMap.newKeySet();

    /** The irregularities that were reported, each with its client and without numbers. */
    private final Set<String> warnings = ConcurrentHashMap.newKeySet();

    /** @param dialect returns the same dialect at every call; called for responses without tokens only */
    public TokenRequests(
            TokenEndpoint endpoint, Supplier<RuleTokenDialect> dialect, TokenResponseParser.Extras extras) {
        this(endpoint, dialect, extras, RequestFormat.OF_THE_RFC);
    }

    /** @param dialect returns the same dialect at every call; called for responses without tokens only */
    public TokenRequests(
            TokenEndpoint endpoint,
            Supplier<RuleTokenDialect> dialect,
            TokenResponseParser.Extras extras,
            RequestFormat format) {
        this.endpoint = endpoint;
        this.dialect = dialect;
        this.extras = extras;
        this.format = format;
    }

    /** Returns the differences between the provider's requests and those of the RFC. */
    RequestFormat format() {
        return format;
    }

    /**
     * Sends one request.
     *
     * @param owner the name of the account or client in the log
     * @param secrets the secrets that must not appear in a message if the server echoes them
     */
    public TokenOutcome send(
            TokenEndpointRequest call, DialectContext context, Client client, String owner, SecretEchoFilter secrets) {
        EndpointOutcome outcome = endpoint.send(call, client);
        return outcome instanceof EndpointOutcome.Overdue overdue
                ? new TokenOutcome.Overdue(
                        TokenVerdict.of(Kind.TRANSIENT, Problem.NETWORK, overdue.detail()),
                        overdue.late().thenApply(late -> classify(late, context, client, owner, secrets)))
                : classify(outcome, context, client, owner, secrets);
    }

    private TokenOutcome classify(
            EndpointOutcome outcome, DialectContext context, Client client, String owner, SecretEchoFilter secrets) {
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            return new TokenOutcome.NotSent(notSent.problem(), notSent.detail(), notSent.cause());
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            return new TokenOutcome.MaybeSent(TokenVerdict.of(Kind.TRANSIENT, lost.problem(), lost.detail()));
        }
        EndpointOutcome.Response received = (EndpointOutcome.Response) outcome;
        Optional<TokenResponseParser> tokens = tokens(received, context, client);
        if (tokens.isPresent()) {
            for (String warning : tokens.get().warnings()) {
                reportWarning(client.registration(), owner, warning);
            }
            return new TokenOutcome.Issued(tokens.get().tokens());
        }
        ProviderResponse response = received.response();
        TokenVerdict verdict = withoutSecrets(dialect.get().judge(context, response), response, secrets);
        return isRefusal(verdict, context, response)
                ? new TokenOutcome.Refused(verdict)
                : new TokenOutcome.MaybeSent(verdict);
    }

    /**
     * Accepts a refresh response without an access token, since it may hold the only refresh token that is still valid.
     */
    private Optional<TokenResponseParser> tokens(
            EndpointOutcome.Response received, DialectContext context, Client client) {
        ProviderResponse response = received.response();
        if (response.status() / 100 != 2) {
            return Optional.empty();
        }
        ResponseBody announced = ResponseBody.of(response, extras.forms());
        ResponseBody body = announced.orUnannouncedForm();
        Optional<TokenResponseParser> tokens = TokenResponseParser.read(
                body, received.sentAt(), client.profile().longestLifetime(), extras);
        if (tokens.isEmpty()
                || !(isRefresh(context) || tokens.get().tokens().accessToken().isPresent())) {
            return Optional.empty();
        }
        if (body.shape() != announced.shape()) {
            reportForm(client.registration());
        }
        return tokens;
    }

    /** A provider repeats an irregularity with each response, for each account. */
    private void reportWarning(String registration, String owner, String warning) {
        if (warnings.add(registration + " " + DIGITS.matcher(warning).replaceAll(""))) {
            log.warn("{}: token response: {}; others of this client are logged at DEBUG", owner, warning);
        } else {
            log.debug("{}: token response: {}", owner, warning);
        }
    }

    private void reportForm(String registration) {
        if (!extras.forms() && withForms.add(registration)) {
            log.warn(
                    "{}: the token endpoint returned a form-encoded response, which was read although the provider does"
                            + " not announce it; set OAuth2ProviderBuilder.formResponses()",
                    registration);
        }
    }

    /**
     * Returns whether the request certainly had no effect. A refresh token may be consumed despite a transient failure.
     */
    private boolean isRefusal(TokenVerdict verdict, DialectContext context, ProviderResponse response) {
        if (NOT_ACTED_ON.contains(verdict.kind())) {
            return true;
        }
        TokenError at = TokenError.of(context, response, dialect.get().forms());
        if (dialect.get().spendsNothing(at)) {
            return true;
        }
        return switch (response.status() / 100) {
            case 2 -> at.isStandardRefusal() || verdict.problem() == Problem.REQUEST_REJECTED;
            case 4 -> REFUSALS.contains(verdict.problem()) || (!isRefresh(context) && at.isRefusal());
            default -> false;
        };
    }

    private static boolean isRefresh(DialectContext context) {
        return context.endpoint() == EndpointKind.REFRESH;
    }

    /** Replaces the detail if it repeats a secret of the request that the server echoed. */
    public static TokenVerdict withoutSecrets(
            TokenVerdict verdict, ProviderResponse response, SecretEchoFilter secrets) {
        if (!secrets.isIn(verdict.detail())) {
            return verdict;
        }
        return new TokenVerdict(
                verdict.kind(),
                verdict.problem(),
                verdict.until(),
                "token endpoint answered " + response.status() + "; its text repeats a secret and is omitted");
    }
}
