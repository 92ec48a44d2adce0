package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ExchangeOutcome;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.TokenVerdict.Kind;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a provider's token endpoint for tokens, by whatever grant, and says what can be known of the outcome.
 *
 * <p>Tokens in a 2xx answer are {@link ExchangeOutcome.Answered}; a refusal that the dialect knows, or that has the
 * shape of one with a 4xx status, is {@link ExchangeOutcome.Refused}; an answer that is missing, cut, foreign or a
 * server error is {@link ExchangeOutcome.MaybeSent}. Thread-safe.
 */
final class TokenRequests {

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

    private static final Set<Problem> REFUSALS = EnumSet.of(Problem.REQUEST_REJECTED, Problem.UNRECOGNISED_ANSWER);

    private final TokenEndpoint endpoint;
    private final RuleDialect dialect;
    private final TokenResponse.Extras extras;

    TokenRequests(TokenEndpoint endpoint, RuleDialect dialect, TokenResponse.Extras extras) {
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
    ExchangeOutcome ask(TokenCall call, DialectContext context, Client client, String whose, Echo secrets) {
        WireReply reply = endpoint.send(call);
        if (reply instanceof WireReply.NotSent kept) {
            return new ExchangeOutcome.NotSent(kept.problem(), kept.detail());
        }
        if (reply instanceof WireReply.Lost lost) {
            return new ExchangeOutcome.MaybeSent(TokenVerdict.of(Kind.TRANSIENT, lost.problem(), lost.detail()));
        }
        WireReply.Answer answered = (WireReply.Answer) reply;
        Optional<TokenResponse> tokens = tokens(answered, context, client);
        if (tokens.isPresent()) {
            tokens.get().warnings().forEach(warning -> log.warn("{}: token answer: {}", whose, warning));
            return new ExchangeOutcome.Answered(tokens.get().tokens());
        }
        ProviderAnswer answer = answered.answer();
        TokenVerdict verdict = withoutSecrets(dialect.judge(context, answer), answer, secrets);
        return isRefusal(verdict, context, answer)
                ? new ExchangeOutcome.Refused(verdict)
                : new ExchangeOutcome.MaybeSent(verdict);
    }

    /** A refresh answer without an access token may bring the only refresh token that is still accepted. */
    private Optional<TokenResponse> tokens(WireReply.Answer answered, DialectContext context, Client client) {
        ProviderAnswer answer = answered.answer();
        if (answer.status() / 100 != 2) {
            return Optional.empty();
        }
        AnswerBody body = AnswerBody.of(answer, extras.forms());
        return TokenResponse.read(body, answered.sentAt(), client.profile().longestLifetime(), extras)
                .filter(read ->
                        isRefresh(context) || read.tokens().accessToken().isPresent());
    }

    /** Only a refresh token can have been spent in spite of a passing failure that is told in a known form. */
    private boolean isRefusal(TokenVerdict verdict, DialectContext context, ProviderAnswer answer) {
        if (PRECEDES_THE_SPEND.contains(verdict.kind())) {
            return true;
        }
        boolean clientError = answer.status() / 100 == 4;
        boolean told = !isRefresh(context)
                && TokenCase.of(context, answer, dialect.forms()).isRefusal();
        return clientError && (told || REFUSALS.contains(verdict.problem()));
    }

    private static boolean isRefresh(DialectContext context) {
        return context.endpoint() == EndpointKind.REFRESH;
    }

    /** A dialect quotes as little as it can; a server that echoes what we sent must not get it into a message. */
    static TokenVerdict withoutSecrets(TokenVerdict verdict, ProviderAnswer answer, Echo secrets) {
        if (!secrets.isIn(verdict.detail())) {
            return verdict;
        }
        return new TokenVerdict(
                verdict.kind(),
                verdict.problem(),
                verdict.until(),
                "token endpoint answered " + answer.status() + " in words that repeat a secret and are not shown");
    }
}
